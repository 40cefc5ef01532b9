export * from './m7/index.js';
