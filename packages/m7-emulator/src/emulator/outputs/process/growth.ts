import { add, div, exp, log, mul, sub, type Tensor } from '@pct/tensor';
import { kelvinLength } from '../../../m7/water/kappa.js';

/** Activity of water on a particle: humidity lowered by its curvature; `length` is Kelvin's over the dry radius. */
export function loweredActivity(activity: Tensor, length: Tensor, growth: Tensor): Tensor {
  return mul(activity, exp(sub(0, div(length, growth))));
}

/** Kelvin's length over dry radii in cm. */
export function kelvinRatio(radius: Tensor, temperature: Tensor): Tensor {
  return div(kelvinLength * 1e2, mul(radius, temperature));
}

/**
 * A bound from above of the growth factor, wet over dry radius, near to it: that without curvature lowers the activity
 * once.
 *
 * @param kappa - hygroscopicity
 * @param radius - dry, cm
 * @param temperature - K
 * @param activity - relative humidity, below 1
 */
export function growthStart(kappa: Tensor, radius: Tensor, temperature: Tensor, activity: Tensor): Tensor {
  const root = (at: Tensor): Tensor => exp(div(log(add(1, mul(kappa, div(at, sub(1, at))))), 3));
  return root(loweredActivity(activity, kelvinRatio(radius, temperature), root(activity)));
}
