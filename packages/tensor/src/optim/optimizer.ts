import { checkFinite, checkInteger, InvalidArgumentError, ShapeError } from '@pct/core';
import {
  checkGradients,
  leavesOf,
  withLeaves,
  type FloatArray,
  type Leaf,
  type ParameterTree,
} from './parameters.js';
import type { Schedule } from './schedules.js';

/**
 * What an optimiser remembers between steps. Plain data: it may be saved and loaded, as numbers in files do not
 * care which process made them.
 */
export interface OptimizerState {
  /** Steps done so far. */
  readonly step: number;
  /**
   * Running averages by name, such as `mean` and `square` of Adam: one array per array of the parameters, in
   * their order, of the same length and element type.
   */
  readonly slots: Readonly<Record<string, readonly FloatArray[]>>;
}

/** Improves parameters by their gradients, step by step. */
export interface Optimizer {
  /** State before the first step. */
  init(parameters: ParameterTree): OptimizerState;
  /**
   * One step. The arguments stay as they are.
   *
   * @param gradients - same structure as the parameters
   * @param state - of {@link Optimizer.init} or of the step before
   * @param parameters - see {@link ParameterTree}
   * @returns the new parameters and the new state
   * @throws {@link ShapeError} if gradients, state and parameters do not belong together
   * @throws {@link NumericalError} if a gradient is NaN or infinite
   */
  update<P extends ParameterTree>(gradients: P, state: OptimizerState, parameters: P): [P, OptimizerState];
  /**
   * One step that overwrites the elements of the parameters and of the state's arrays, without allocating
   * arrays: for loops that own them.
   *
   * @returns the new state; it shares its arrays with the old one, which is no longer of use
   * @throws as {@link Optimizer.update}; nothing has been changed then
   */
  updateInPlace(gradients: ParameterTree, state: OptimizerState, parameters: ParameterTree): OptimizerState;
}

/** Settings that all optimisers have. */
export interface OptimizerOptions {
  /** Length of steps, above 0 and finite, or a {@link Schedule} of it. */
  readonly learningRate: number | Schedule;
  /**
   * Pulls parameters towards 0, at least 0. Added to the gradients times the parameters, except by `adamw`.
   * @defaultValue `0`
   */
  readonly weightDecay?: number | undefined;
}

/**
 * One step on one array.
 *
 * @param parameter - overwritten
 * @param gradient - only read
 * @param slots - overwritten; in the order of the optimiser's names
 * @param rate - learning rate of this step
 * @param step - number of this step, from 1
 */
export type Kernel = (
  parameter: FloatArray,
  gradient: FloatArray,
  slots: readonly FloatArray[],
  rate: number,
  step: number,
) => void;

/** Makes an optimiser of a rule for one array. */
export function makeOptimizer(
  name: string,
  learningRate: number | Schedule,
  slotNames: readonly string[],
  kernel: Kernel,
): Optimizer {
  if (typeof learningRate !== 'function') checkFinite(name, 'learningRate', learningRate, { min: 0 });

  const rateAt = (step: number): number =>
    typeof learningRate === 'number'
      ? learningRate
      : checkFinite(name, `learningRate at step ${step}`, learningRate(step), { min: 0 });

  function apply(gradients: readonly Leaf[], state: OptimizerState, parameters: readonly FloatArray[]): void {
    const rate = rateAt(state.step);
    const slots = slotNames.map((slot) => state.slots[slot]!);
    parameters.forEach((parameter, index) => {
      const own = slots.map((arrays) => arrays[index]!);
      kernel(parameter, gradients[index]!.data, own, rate, state.step + 1);
    });
  }

  function check(
    gradients: ParameterTree,
    state: OptimizerState,
    parameters: ParameterTree,
  ): [Leaf[], Leaf[]] {
    const leaves = leavesOf(name, 'parameters', parameters);
    const gradientLeaves = leavesOf(name, 'gradients', gradients);
    checkGradients(name, gradientLeaves, leaves);
    checkState(name, state, slotNames, leaves);
    return [gradientLeaves, leaves];
  }

  return {
    init(parameters) {
      const leaves = leavesOf(name, 'parameters', parameters);
      const zeros = (): FloatArray[] => leaves.map(({ data }) => data.slice().fill(0));
      return { step: 0, slots: Object.fromEntries(slotNames.map((slot) => [slot, zeros()])) };
    },
    update(gradients, state, parameters) {
      const [gradientLeaves, leaves] = check(gradients, state, parameters);
      const next = leaves.map(({ data }) => data.slice());
      const slots = Object.fromEntries(
        slotNames.map((slot) => [slot, state.slots[slot]!.map((array) => array.slice())]),
      );
      apply(gradientLeaves, { step: state.step, slots }, next);
      return [withLeaves(parameters, next), { step: state.step + 1, slots }];
    },
    updateInPlace(gradients, state, parameters) {
      const [gradientLeaves, leaves] = check(gradients, state, parameters);
      apply(
        gradientLeaves,
        state,
        leaves.map(({ data }) => data),
      );
      return { step: state.step + 1, slots: state.slots };
    },
  };
}

function checkState(
  name: string,
  state: OptimizerState,
  slotNames: readonly string[],
  parameters: readonly Leaf[],
): void {
  checkInteger(name, 'state.step', state.step, { min: 0 });
  for (const slot of slotNames) {
    const arrays = state.slots[slot];
    if (arrays === undefined) {
      throw new InvalidArgumentError(
        `${name}: state.slots must have '${slot}', got ${Object.keys(state.slots).join(', ') || 'none'}; use init of the same optimiser`,
      );
    }
    const fits =
      arrays.length === parameters.length &&
      parameters.every(({ data }, index) => arrays[index]!.length === data.length);
    if (!fits) throw new ShapeError(`${name}: state.slots.${slot} must have the lengths of the parameters`);
  }
}
