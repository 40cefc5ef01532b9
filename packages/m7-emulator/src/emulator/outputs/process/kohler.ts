import { clip, div, greater, log, logicalAnd, maximum, mul, sub, where, type Tensor } from '@pct/tensor';
import { inputIndex } from '../../../data/columns.js';
import { solubleCount } from '../../../m7/modes.js';
import { columns } from '../../tensors.js';
import { growthStart, kelvinRatio, loweredActivity } from './growth.js';
import { dryRadii, dryVolumes, hygroscopicVolumes, isThere, leastNumber, sulfateVolume } from './volumes.js';

/** Radius in cm up to which particles take up no water. */
const smallest = 3.59e-8;
/** Newton's steps; more change nothing that is seen. */
const newtonSteps = 3;

/**
 * Water of the soluble modes by κ-Köhler theory, [batch, 4] kg m⁻³.
 *
 * @param values - [batch, 28] after the step, water not yet
 * @param number - [batch, 7] after the step
 * @param inputs - [batch, 32]
 * @see Petters and Kreidenweis 2007, doi:10.5194/acp-7-1961-2007, eq. 6
 */
export function waterOf(values: Tensor, number: Tensor, inputs: Tensor): Tensor {
  const volume = dryVolumes(values, sulfateVolume, solubleCount);
  const count = columns(number, 0, solubleCount);
  const here = isThere(count, volume);
  const some = where(here, volume, 1);
  const kappa = where(here, div(hygroscopicVolumes(values), some), 0);
  const radius = dryRadii(log(div(some, maximum(count, leastNumber))));
  const input = (name: 'temperature' | 'relativeHumidity'): Tensor =>
    columns(inputs, inputIndex(name), inputIndex(name) + 1);
  const activity = clip(input('relativeHumidity'), 0, 0.99);
  const length = kelvinRatio(radius, input('temperature'));
  let g = growthStart(kappa, radius, input('temperature'), activity);
  for (let step = 0; step < newtonSteps; step++) {
    const raised = loweredActivity(activity, length, g);
    const rest = sub(1, raised);
    const taken = div(mul(kappa, raised), rest);
    const square = mul(g, g);
    const value = sub(sub(mul(square, g), 1), taken);
    const slope = sub(mul(square, 3), div(mul(taken, length), mul(rest, square)));
    g = maximum(sub(g, div(value, slope)), 1);
  }
  const water = mul(mul(volume, 1e3), sub(mul(mul(g, g), g), 1));
  return where(logicalAnd(here, greater(radius, smallest)), water, 0);
}
