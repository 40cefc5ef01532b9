export { threadExecutor } from './threadExecutor.js';
export type { ThreadExecutorOptions } from './threadExecutor.js';
export { writeFileAtomic } from './writeFileAtomic.js';
export type { FileChunk, WriteFileAtomicOptions } from './writeFileAtomic.js';
