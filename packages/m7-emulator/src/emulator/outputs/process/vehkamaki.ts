import { cast, clip, concat, div, exp, greaterEqual, log, matmul, minimum, mul, sum } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { rateTerms, sizeTerms } from '../../../m7/nucleation/vehkamaki.js';
import { columns, matrix } from '../../tensors.js';

/** Powers (i, j) of L = ln humidity and A = ln gas in the terms below, in this order. */
const powers = [
  [0, 0],
  [1, 0],
  [2, 0],
  [3, 0],
  [0, 1],
  [1, 1],
  [2, 1],
  [0, 2],
  [1, 2],
  [0, 3],
] as const;

const fractionTerms = [
  [0, 0, 0.7409967177282138, -0.002663785665140117],
  [1, 0, 0.002010478847383187, -0.0001832894131464668],
  [2, 0, 0.001574072538464286, -1.790589121766952e-5],
  [3, 0, 0.0001844027436573778, -1.503452308794887e-6],
  [0, 1, -0.003499978417957668, 5.04021689382576e-5],
] as const;

/** Factors of 1, t, t², t³ and 1/x in each term. */
const basis = 5;
const x = 2 * basis;

const place = (i: number, j: number): number => powers.findIndex((pair) => pair[0] === i && pair[1] === j);

/** [monomials, 5 + 5 + 2]: what multiplies the powers of t in both fits, and the acid fraction. */
const table = (): Tensor =>
  matrix(powers.length, x + 2, [
    ...[rateTerms, sizeTerms].flatMap((terms, fit) =>
      terms.flatMap(([i, j, ...row]) =>
        row.map((value, power) => [place(i, j), fit * basis + power, value] as const),
      ),
    ),
    ...fractionTerms.flatMap(([i, j, one, t]) => {
      const k = place(i, j);
      return [[k, x, one] as const, [k, x + 1, t] as const];
    }),
  ]);

/** Rate of binary nucleation in cm⁻³ s⁻¹ and molecules of H2SO4 per cluster, [batch, 1] each. */
export interface NucleationRate {
  readonly rate: Tensor;
  readonly molecules: Tensor;
}

/**
 * Binary nucleation as in the box model: nothing below 10⁻⁷ cm⁻³ s⁻¹ and for clusters of fewer than four molecules.
 *
 * @param gas - [batch, 1] molecules cm⁻³
 * @param temperature - [batch, 1] K
 * @param humidity - [batch, 1] 0 to 1
 * @see Vehkamäki et al. 2002, doi:10.1029/2002JD002184
 */
export function vehkamakiRate(gas: Tensor, temperature: Tensor, humidity: Tensor): NucleationRate {
  const a = log(clip(gas, 1e4, 1e11));
  const l = log(clip(humidity, 1e-4, 1));
  const t = clip(temperature, 190.15, 300.15);
  const one = mul(t, 0);
  const [l2, a2, tt] = [mul(l, l), mul(a, a), mul(t, t)];
  const unit = exp(one);
  const monomials = concat(
    [unit, l, l2, mul(l, l2), a, mul(a, l), mul(a, l2), a2, mul(a2, l), mul(a, a2)],
    1,
  );
  const factors = matmul(monomials, table());
  const fraction = sum(mul(columns(factors, x, x + 2), concat([unit, t], 1)), { axes: [-1], keepDims: true });
  const ofT = concat([unit, t, tt, mul(t, tt), div(1, fraction)], 1);
  const fit = (k: number): Tensor =>
    // Clusters are of no interest long before the limits of exp.
    exp(
      clip(
        sum(mul(columns(factors, k * basis, (k + 1) * basis), ofT), { axes: [-1], keepDims: true }),
        -300,
        100,
      ),
    );
  const [rate, size] = [minimum(fit(0), 1e10), fit(1)];
  const happens = mul(cast(greaterEqual(rate, 1e-7), 'float64'), cast(greaterEqual(size, 4), 'float64'));
  return { rate: mul(rate, happens), molecules: mul(size, fraction) };
}
