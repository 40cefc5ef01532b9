import { add, concat, constant, cos, expandDims, mul, sin, sqrt, type Tensor } from '@pct/tensor';

/** Angular frequencies over the root of the angle, 1/√rad: wavelengths from about 3 rad down to 10 mrad. */
const FREQUENCIES = Float32Array.from({ length: 8 }, (_, k) => 3.6 * 1.5 ** k);

/** Channels of {@link encodeKink}. */
export const KINK_CHANNELS = 2 * FREQUENCIES.length + 2;

/**
 * Encodes kink angles for a network: the angle, its root, and sines and cosines of the root. Multiple scattering makes
 * angles from a few to hundreds of mrad; the root spreads the small ones, between which candidates mostly have to be told
 * apart.
 *
 * @param kink - rad, [pairs]
 * @returns [pairs, KINK_CHANNELS]
 * @see Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027 (encoding of the angle), arXiv:2407.13420 (its root)
 */
export function encodeKink(kink: Tensor): Tensor {
  const angle = expandDims(kink, 1);
  // The root has no derivative at 0; angles are data, but second derivatives still pass here.
  const root = sqrt(add(angle, 1e-8));
  const waves = mul(root, constant({ data: FREQUENCIES, shape: [1, FREQUENCIES.length] }));
  return concat([angle, root, sin(waves), cos(waves)], 1);
}
