import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  'm7/index': 'src/m7/index.ts',
  // Worker threads import it, so its exports must stand in a file of the build.
  'm7/stepBlock': 'src/m7/stepBlock.ts',
});
