import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  // Worker threads import these, so their exports must stand in files of the build.
  'train/frameGradient': 'src/train/frameGradient.ts',
  'train/validate': 'src/train/validate.ts',
});
