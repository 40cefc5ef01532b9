import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  'node/index': 'src/node/index.ts',
  // Worker threads import it, so its exports must stand in a file of the build.
  'simulation/run': 'src/simulation/run.ts',
});
