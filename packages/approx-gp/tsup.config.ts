import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  'node/index': 'src/node/index.ts',
  // Loaded by redisStorage by its name beside node/index.
  'node/redisWorker': 'src/node/redisWorker.js',
  'tables/index': 'src/tables/index.ts',
});
