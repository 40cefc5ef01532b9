import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  'm7/index': 'src/m7/index.ts',
  'data/index': 'src/data/index.ts',
  'node/index': 'src/node/index.ts',
  // Worker threads import them, so their exports must stand in files of the build.
  'm7/stepBlock': 'src/m7/stepBlock.ts',
  'data/pairChunk': 'src/data/pairChunk.ts',
});
