import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  'node/index': 'src/node/index.ts',
  'tables/index': 'src/tables/index.ts',
});
