export { assemble, compileModule, define, doWhile, giveBack, loopUntil, when } from './assemble.js';
export type { FunctionSource, Local, ValueType } from './assemble.js';
export type { Code } from './encoding.js';
export { call, f32, f32x4, f64, f64x2, i32, i32x4, i64x2, v128 } from './instructions.js';
