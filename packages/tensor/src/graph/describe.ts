import type { Dim } from './dim.js';
import type { TensorType } from './types.js';

/** A shape in words: `[batch, 34]`. */
export function describeShape(shape: readonly Dim[]): string {
  return `[${shape.join(', ')}]`;
}

/** A type in words: `float32[batch, 34]`. */
export function describeType(type: TensorType): string {
  return `${type.dtype}${describeShape(type.shape)}`;
}

/** Several types in words: `float32[3] and float32[4]`. */
export function describeTypes(types: readonly TensorType[]): string {
  return types.map(describeType).join(' and ');
}
