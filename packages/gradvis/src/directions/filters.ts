import { checkInteger, InvalidArgumentError, type ParameterBlock } from '@pct/core';
import type { OutputAxis } from '../objective/source.js';

/**
 * The filter that each element of a block belongs to: one filter holds the weights that lead into one output unit.
 *
 * Element (i₀, i₁, …) belongs to filter i_axis, where `axis` is the axis of outputs; in the flat, row-major block that is
 * floor(k / stride) mod outputs, with the stride of the axis.
 */
export interface FilterLayout {
  /** Number of filters. */
  readonly outputs: number;
  /** Distance of neighbours along the axis of outputs. */
  readonly stride: number;
}

/**
 * The axis of outputs as `@pct/tensor` stores weights: the last one of two axes, [in, out] of `dense`; the first one
 * of more, [out, in, height, width] of `conv2d`. PyTorch stores [out, in], so that its axis is 0 always.
 */
export const tensorOutputAxis: OutputAxis = ({ shape }) => (shape.length === 2 ? 1 : 0);

/** Layout of the filters of a block with at least two axes. */
export function filterLayout(
  functionName: string,
  block: ParameterBlock,
  outputAxis: OutputAxis,
): FilterLayout {
  const { name, shape } = block;
  const axis = checkInteger(functionName, `outputAxis of ${name}`, outputAxis(block), {
    min: 0,
    max: shape.length - 1,
  });
  return {
    outputs: shape[axis]!,
    stride: shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  };
}

/** Number of elements of a block. */
export function sizeOf({ shape }: ParameterBlock): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Checks that blocks follow each other without gaps and make up a vector. */
export function checkBlocks(
  functionName: string,
  blocks: readonly ParameterBlock[] | undefined,
  size: number,
): readonly ParameterBlock[] {
  if (blocks === undefined)
    throw new InvalidArgumentError(
      `${functionName}: this normalisation needs to know which arrays the parameters are, which the objective does not ` +
        "tell; give it blocks: [{ name, offset, shape, kind }, ...], or choose the normalisation 'model' or 'none'",
    );
  let end = 0;
  for (const block of blocks) {
    if (block.offset !== end)
      throw new InvalidArgumentError(
        `${functionName}: block ${block.name} must start at ${end}, where the one before ends, got ${block.offset}`,
      );
    end += sizeOf(block);
  }
  if (end !== size)
    throw new InvalidArgumentError(
      `${functionName}: the blocks must have ${size} elements together, got ${end}; do they belong to these parameters?`,
    );
  return blocks;
}
