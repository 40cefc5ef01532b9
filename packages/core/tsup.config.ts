import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  'wasm/index': 'src/wasm/index.ts',
  'npy/index': 'src/npy/index.ts',
  'node/index': 'src/node/index.ts',
  // Loaded by threadExecutor by its name beside node/index.
  'node/worker': 'src/node/worker.js',
});
