import type { Operator } from '../OnnxCall.js';
import { arithmetic } from './arithmetic.js';
import { elementwise } from './elementwise.js';
import { indexing } from './indexing.js';
import { linear } from './linear.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { products } from './products.js';
import { reductions } from './reductions.js';
import { resizing } from './resize.js';
import { shapes } from './shapes.js';

/** All operators that are understood, by their name in ONNX's own operator set. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [
    arithmetic,
    elementwise,
    indexing,
    linear,
    normalization,
    pooling,
    products,
    reductions,
    resizing,
    shapes,
  ].flatMap((part) => Object.entries(part)),
);
