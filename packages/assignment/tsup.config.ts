import { library } from '../../.config/tsup.base.js';

export default library({
  index: 'src/index.ts',
  'layers/index': 'src/layers/index.ts',
  'tfjs/index': 'src/tfjs/index.ts',
});
