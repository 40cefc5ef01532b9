import { library } from '../../.config/tsup.base.js';

const config = library({
  index: 'src/index.ts',
  'hdf5/index': 'src/hdf5/index.ts',
  'node/cli/main': 'src/node/cli/main.ts',
  'node/index': 'src/node/index.ts',
  'tfjs/index': 'src/tfjs/index.ts',
  // Worker threads import these, so their exports must stand in files of the build.
  'curvature/chain': 'src/curvature/chain.ts',
  'curvature/tasks': 'src/curvature/tasks.ts',
  'objective/tasks': 'src/objective/tasks.ts',
});

// Optional packages stay outside, as tsup leaves the others.
export default Object.assign({}, config, { external: [/^node:/, 'h5wasm', '@resvg/resvg-wasm'] });
