export * from './m7/index.js';
export * from './emulator/index.js';
