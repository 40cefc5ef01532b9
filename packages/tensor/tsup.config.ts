import { library } from '../../.config/tsup.base.js';

export default library({ index: 'src/index.ts', 'tfjs/index': 'src/tfjs/index.ts' });
