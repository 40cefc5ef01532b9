import type { Dim } from '../graph/dim.js';
import { addDims, multiplyDims, subtractDims } from '../graph/dim.js';
import type { Tensor } from '../trace/Tensor.js';
import { padZeros } from './pad.js';
import { reshape } from './reshape.js';
import { sliceAxis } from './slice.js';

/** Puts elements at equal distances into an array of zeros: the transpose of a strided slice. */
export function scatterStrided(
  x: Tensor,
  shape: readonly Dim[],
  starts: readonly Dim[],
  steps: readonly number[],
): Tensor {
  let spread = x;
  steps.forEach((step, axis) => {
    if (step > 1) spread = spreadAxis(spread, axis, step);
  });
  // A step of the last element may reach over the end; what it holds there is zeros.
  const room = shape.map((size, axis) =>
    subtractDims(subtractDims(size, starts[axis]!), spread.shape[axis]!),
  );
  room.forEach((left, axis) => {
    if (typeof left === 'number' && left < 0)
      spread = sliceAxis(spread, axis, 0, addDims(spread.shape[axis]!, left));
  });
  return padZeros(
    spread,
    starts,
    room.map((left) => (typeof left === 'number' ? Math.max(left, 0) : left)),
  );
}

/** Puts `step - 1` zeros behind each element of an axis. */
function spreadAxis(x: Tensor, axis: number, step: number): Tensor {
  const split = x.shape.toSpliced(axis + 1, 0, 1);
  const none = split.map(() => 0);
  const padded = padZeros(reshape(x, split), none, none.with(axis + 1, step - 1));
  return reshape(padded, x.shape.with(axis, multiplyDims(x.shape[axis]!, step)));
}
