import type { Dim } from '../../graph/dim.js';
import { sizeOfShape } from '../../graph/dim.js';
import type { Batched } from '../../graph/primitive.js';
import type { Tensor } from '../../trace/Tensor.js';
import { broadcastTo } from '../broadcastTo.js';
import { reshape } from '../reshape.js';

/** Axes of one example, seen behind the new first axis. */
export function shifted(axes: readonly number[]): number[] {
  return axes.map((axis) => axis + 1);
}

/** All inputs with the new first axis: those without it are repeated along it. */
export function withAxis({
  inputs,
  batched,
  size,
}: Pick<Batched<object>, 'inputs' | 'batched' | 'size'>): Tensor[] {
  return inputs.map((input, i) => (batched[i] === true ? input : broadcastTo(input, [size, ...input.shape])));
}

/** Puts axes of size 1 behind the new first axis, so that an example has a given number of axes. */
export function withRank(input: Tensor, isBatched: boolean, rank: number): Tensor {
  const missing = rank + 1 - input.rank;
  if (!isBatched || missing <= 0) return input;
  return reshape(input, input.shape.toSpliced(1, 0, ...Array<number>(missing).fill(1)));
}

/** Axes [b, n, ...] as one axis of b n, and back. */
export function joinFirst(x: Tensor): Tensor {
  return reshape(x, [sizeOfShape(x.shape.slice(0, 2)), ...x.shape.slice(2)]);
}

/** The inverse of {@link joinFirst} for b = `size`. */
export function splitFirst(x: Tensor, size: Dim, rest: Dim): Tensor {
  return reshape(x, [size, rest, ...x.shape.slice(1)]);
}

/** Inputs of an operation whose inputs broadcast together, made to do so behind the new first axis. */
export function withEqualRank({
  inputs,
  batched,
  outputs,
}: Pick<Batched<object>, 'inputs' | 'batched' | 'outputs'>): Tensor[] {
  const rank = outputs[0]!.shape.length;
  return inputs.map((input, i) => withRank(input, batched[i]!, rank));
}

/** Arrays with a first axis: of size 1 for those that are the same for all examples. */
export function withFirstAxis({ inputs, batched }: Pick<Batched<object>, 'inputs' | 'batched'>): Tensor[] {
  return inputs.map((input, i) => (batched[i] === true ? input : reshape(input, [1, ...input.shape])));
}
