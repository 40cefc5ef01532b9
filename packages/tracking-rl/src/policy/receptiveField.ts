import {
  add,
  clip,
  concat,
  constant,
  cos,
  div,
  expandDims,
  mul,
  reshape,
  sigmoid,
  sin,
  square,
  type Tensor,
} from '@pct/tensor';

/** Narrowest field: 1 − cos θ of at most 0.002, θ below 63 mrad. */
const NARROWEST = 1e-3;
/** Positions that the field is spread over. */
const POSITIONS = 101;
/** Longest wavelength of the encoding over 2π, in positions. */
const LONGEST = 1e4;

/**
 * Width of the field of view of each agent, from the smallest one to everything.
 *
 * @param x - [agents, 1]
 * @returns q in [1e-3, 1], [agents]
 */
export function receptiveField(x: Tensor): Tensor {
  return reshape(add(NARROWEST, mul(1 - NARROWEST, sigmoid(x))), [x.shape[0]!]);
}

/**
 * Positional encoding of the similarity s = cos θ of a candidate with the segment before it, within the field q of its
 * agent: sinusoids of u = 101 · clip((1 − (s + 1) / 2) / q, 0, 1), learned through q.
 *
 * @param kink - θ in rad, [pairs]
 * @param field - q, [pairs]
 * @param channels - an even number
 * @returns [pairs, channels]
 * @see Kortus et al. 2023, doi:10.1109/TPAMI.2023.3305027; Vaswani et al. 2017, arXiv:1706.03762, section 3.5
 */
export function shrinkingEncoding(kink: Tensor, field: Tensor, channels: number): Tensor {
  // 1 − (cos θ + 1) / 2 without its cancellation at small angles.
  const distance = square(sin(mul(0.5, kink)));
  const position = mul(POSITIONS, clip(div(distance, field), 0, 1));
  const half = channels / 2;
  const frequencies = Float32Array.from({ length: half }, (_, k) => LONGEST ** (-k / half));
  const waves = mul(expandDims(position, 1), constant({ data: frequencies, shape: [1, half] }));
  return concat([sin(waves), cos(waves)], 1);
}
