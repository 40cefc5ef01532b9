import type { OptimizerState } from '@pct/tensor';

/** The state of an optimisation in one array, for journals: the number of steps done, and all arrays that change with them. */
export function packState(
  losses: Float64Array,
  bends: readonly Float64Array[],
  optimizer: OptimizerState,
): Float64Array {
  const arrays = arraysOf(losses, bends, optimizer);
  const packed = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 1));
  packed[0] = optimizer.step;
  let at = 1;
  for (const array of arrays) {
    packed.set(array, at);
    at += array.length;
  }
  return packed;
}

/**
 * Writes what {@link packState} returned back to the arrays that it took.
 *
 * @returns the state of the optimiser, with the arrays of the one given
 */
export function unpackState(
  packed: Float64Array,
  losses: Float64Array,
  bends: readonly Float64Array[],
  optimizer: OptimizerState,
): OptimizerState {
  let at = 1;
  for (const array of arraysOf(losses, bends, optimizer)) {
    array.set(packed.subarray(at, at + array.length));
    at += array.length;
  }
  return { ...optimizer, step: packed[0]! };
}

type FloatArray = OptimizerState['slots'][string][number];

function arraysOf(
  losses: Float64Array,
  bends: readonly Float64Array[],
  { slots }: OptimizerState,
): FloatArray[] {
  return [losses, ...bends, ...Object.values(slots).flat()];
}
