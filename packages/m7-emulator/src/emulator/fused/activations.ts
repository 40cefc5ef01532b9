/** The activations of a network on four float32 at once. */
import { f32x4, i32, i32x4, type Code, type Local } from '@pct/core/wasm';
import type { ActivationName } from '../network/network.js';
import { interpolate } from './polynomials.js';

/** ln 2 in two parts; products of the first with small integers are exact. */
const log2High = 0.693359375;
const log2Low = Math.LN2 - log2High;
/** (exp(−s) − 1) / s up to half of ln 2, to 10⁻⁸. */
const decayTerms = interpolate(6, -Math.LN2 / 2, Math.LN2 / 2, (s) => (s === 0 ? -1 : Math.expm1(-s) / s));
/** 1.5 · 2²³: a float32 that it was added to has its whole part in the lowest bits. */
const toInteger = 1.5 * 2 ** 23;

/** Variables that activations need. */
export const activationScratch = {
  size: 'v128',
  shifted: 'v128',
  whole: 'v128',
  s: 'v128',
  scale: 'v128',
} as const;
type Scratch = Readonly<Record<keyof typeof activationScratch, Local>>;

/** exp of minus `size`, which is at most 87 either way; left in `scale`, relative error 10⁻⁷. */
function decay({ size, shifted, whole, s, scale }: Scratch): Code[] {
  const polynomial = decayTerms
    .slice(0, -1)
    .reduceRight<Code>(
      (rest, coefficient) => f32x4.add(f32x4.constant(coefficient), f32x4.mul(s.get, rest)),
      f32x4.constant(decayTerms.at(-1)!),
    );
  return [
    shifted.set(f32x4.add(f32x4.mul(size.get, f32x4.constant(-1 / Math.LN2)), f32x4.constant(toInteger))),
    whole.set(f32x4.sub(shifted.get, f32x4.constant(toInteger))),
    s.set(f32x4.add(size.get, f32x4.mul(whole.get, f32x4.constant(log2High)))),
    s.set(f32x4.add(s.get, f32x4.mul(whole.get, f32x4.constant(log2Low)))),
    scale.set(i32x4.shiftLeft(i32x4.add(shifted.get, i32x4.constant(127)), i32.constant(23))),
    scale.set(f32x4.add(scale.get, f32x4.mul(scale.get, f32x4.mul(s.get, polynomial)))),
  ];
}

const limited = (x: Code, limit: number): Code =>
  f32x4.pmin(f32x4.pmax(x, f32x4.constant(-limit)), f32x4.constant(limit));

/** Instructions that put an activation of `value` in its place. */
export const activations: Readonly<
  Record<ActivationName | 'none', (value: Local, scratch: Scratch) => Code[]>
> = {
  none: () => [],
  relu: (value) => [value.set(f32x4.pmax(value.get, f32x4.constant(0)))],
  silu: (value, all) => [
    all.size.set(limited(value.get, 87)),
    ...decay(all),
    value.set(f32x4.div(value.get, f32x4.add(f32x4.constant(1), all.scale.get))),
  ],
  tanh: (value, all) => [
    // It is 1 beyond 10.
    all.size.set(limited(f32x4.add(value.get, value.get), 20)),
    ...decay(all),
    value.set(
      f32x4.div(f32x4.sub(f32x4.constant(1), all.scale.get), f32x4.add(f32x4.constant(1), all.scale.get)),
    ),
  ],
};
