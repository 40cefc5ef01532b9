import type { Dim } from '../../graph/dim.js';
import type { OnnxModelBuilder } from '../builder.js';

/**
 * MatMul of stacks of matrices. onnxruntime repeats one matrix for any number of others but not for none of them,
 * so it is repeated here where there may be none: the size is 0 or has a name.
 *
 * @param shapes - of the two operands, [..., m, k] and [..., k, n]
 */
export function matrixProduct(
  builder: OnnxModelBuilder,
  operands: readonly string[],
  shapes: readonly (readonly Dim[])[],
): string {
  const stacks = shapes.map((shape) => shape.slice(0, -2));
  // It takes the rows of all left matrices together.
  if (stacks[1]!.length === 0) return builder.one('MatMul', operands);
  const repeated = operands.map((operand, side) => {
    const [own, other] = [stacks[side]!, stacks[1 - side]!];
    const wanted = other.map((size, axis) => {
      const mine = own[axis - other.length + own.length] ?? 1;
      return mine === 1 && size !== 1 ? size : mine;
    });
    const mayBeNone = wanted.some((size, axis) => {
      const mine = own[axis - other.length + own.length] ?? 1;
      return mine === 1 && (size === 0 || typeof size === 'string');
    });
    return mayBeNone
      ? builder.one('Expand', [operand, builder.dims([...wanted, ...shapes[side]!.slice(-2)])])
      : operand;
  });
  return builder.one('MatMul', repeated);
}
