export { openRunLog } from './openRunLog.js';
export type { RunLog, RunLogOptions } from './openRunLog.js';
