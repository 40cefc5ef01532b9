import type { Tensor } from '@pct/tensor';
import type { TargetScaling } from '../transforms/scaling.js';

/**
 * The last layer of an emulator: makes new values of what the network says, and keeps to the constraints that it
 * stands for. Those of your own go where the names of those here go.
 *
 * @example A layer that lets no number grow
 * ```ts
 * const noGrowth: OutputLayer = {
 *   name: 'no-growth',
 *   width: 28,
 *   values(raw, inputs, scaling, dt) {
 *     const free = standardOutput.values(raw, inputs, scaling, dt);
 *     const numbers = minimum(slice(free, [null, [17, 24]]), slice(inputs, [null, [25, 32]]));
 *     return concat([slice(free, [null, [0, 17]]), numbers, slice(free, [null, [24, 28]])], 1);
 *   },
 * };
 * ```
 */
export interface OutputLayer {
  /** Kept in files; a file with a layer that is not one of those here needs it to be read. */
  readonly name: string;
  /** How many numbers it needs from the network. */
  readonly width: number;
  /**
   * New values, written in operations of `@pct/tensor`.
   *
   * @param raw - float64 [batch, width], about standard normal
   * @param inputs - float64 [batch, 32]
   * @param scaling - of the targets, from the training data
   * @param dt - length of the step, s
   * @returns float64 [batch, 28] in the order of `outputNames`
   */
  values(raw: Tensor, inputs: Tensor, scaling: TargetScaling, dt: number): Tensor;
  /**
   * The layer in its place during training: for constraints that are only put on a trained network.
   * @defaultValue itself
   */
  readonly training?: OutputLayer | undefined;
  /**
   * Mean loss of a batch.
   *
   * @param outputs - float64 [batch, 28], the values that are to be learned
   * @defaultValue mean error of the standardised values, squared unless `knee` is given
   */
  loss?(raw: Tensor, inputs: Tensor, outputs: Tensor, scaling: TargetScaling): Tensor;
  /**
   * What is added to the loss, a mean over the batch.
   * @defaultValue nothing
   */
  penalty?(raw: Tensor, inputs: Tensor, outputs: Tensor, scaling: TargetScaling): Tensor;
}
