import { add, clip, exp, type Tensor } from '@pct/tensor';
import { coagulatingPairs } from '../../../m7/coagulation/kernel.js';
import { modeCount } from '../../../m7/modes.js';
import { columns, row } from '../../tensors.js';

/** Logarithms of typical coagulation kernels, cm³ s⁻¹, in the order of `coagulatingPairs`: where training begins. */
export const kernelLogs = [
  -20.8, -17.7, -15.4, -12.7, -17.6, -14.5, -12.4, -19.9, -19.2, -17.1, -20, -18.6, -16.9, -20.5, -19.4, -20,
];
/** The same of condensation coefficients per particle, cm³ s⁻¹, by mode. */
export const sinkLogs = [-19.6, -15, -12.5, -9.7, -16, -13, -10];

const sinks = coagulatingPairs.length;

/** How many numbers the network has to give. */
export const coefficientCount = sinks + modeCount;

/** What the network says: the rate coefficients of a step, times its length. */
export interface Coefficients {
  /** [batch, 16] coagulation kernels, cm³, in the order of `coagulatingPairs` */
  readonly kernels: Tensor;
  /** [batch, 7] condensation coefficients per particle, cm³ */
  readonly sinks: Tensor;
}

/** Coefficients from what the network gives, the logarithm of their ratio to typical ones; all above 0. */
export function coefficients(raw: Tensor, dt: number): Coefficients {
  // Far from overflow, whatever an untrained network says.
  const positive = (from: number, to: number, logs: readonly number[]): Tensor =>
    exp(clip(add(columns(raw, from, to), row(logs.map((log) => log + Math.log(dt)))), -60, 30));
  return { kernels: positive(0, sinks, kernelLogs), sinks: positive(sinks, coefficientCount, sinkLogs) };
}
