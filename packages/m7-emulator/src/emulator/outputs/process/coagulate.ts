import {
  add,
  cast,
  concat,
  div,
  greater,
  greaterEqual,
  logicalAnd,
  matmul,
  minimum,
  mul,
  relu,
  sqrt,
  sub,
  sum,
  tanh,
  where,
} from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { coagulatingPairs } from '../../../m7/coagulation/kernel.js';
import { AI, CI, KI, KS, modeCount, NS } from '../../../m7/modes.js';
import { columns, matrix } from '../../tensors.js';

/** Keeps quotients of nothing finite; not less, as onnxruntime takes what is 0 in float32 for 0. */
const nothing = 1e-30;

/** What coagulation does to the numbers; [batch, 1] unless said otherwise, numbers in cm⁻³. */
export interface Coagulation {
  /** [batch, 7] numbers after it, new particles among those of NS */
  readonly number: Tensor;
  /** [batch, 6] particles of NS that KS, AS, CS, KI, AI and CI took, over all of NS and the new ones */
  readonly lostNS: Tensor;
  /** [batch, 4] shares of KS that AS, CS, AI and CI took */
  readonly lostKS: Tensor;
  /** [batch, 2] shares of KI that KS and AS took */
  readonly lostKI: Tensor;
}

/** Arguments of {@link coagulate}. */
export interface CoagulationOf {
  /** [batch, 16] kernels times the step, cm³ */
  readonly kernels: Tensor;
  /** [batch, 7] cm⁻³ */
  readonly number: Tensor;
  /** [batch, 7] 1 for modes that exist, 0 for others */
  readonly present: Tensor;
  /** [batch, 1] new particles of NS, cm⁻³ */
  readonly created: Tensor;
  /** [batch, 3] molecules that cover a particle of KI, AI and CI */
  readonly coating: Tensor;
  /** [batch, 1] SO4 of NS with what condensed and nucleated, molecules cm⁻³ */
  readonly sulfate: Tensor;
  /** s */
  readonly dt: number;
}

const pairs = coagulatingPairs.map(([a, b]) => [a, b] as const);
const place = (a: number, b: number): number => pairs.findIndex(([i, j]) => i === a && j === b);
const selfPlaces = [place(NS, NS), place(KS, KS), place(2, 2), place(KI, KI)];
const partnersNS = [KS, 2, 3, KI, AI, CI].map((mode) => place(NS, mode));
const partnersKS = [2, 3, AI, CI].map((mode) => place(KS, mode));
const partnersKI = [place(KS, KI), place(2, KI)];

/** Columns of a block in another order. */
function pick(x: Tensor, from: number, places: readonly number[]): Tensor {
  return matmul(
    x,
    matrix(
      from,
      places.length,
      places.map((at, k) => [at, k, 1] as const),
    ),
  );
}

/**
 * Numbers after dn/dt = c − b n − a n² over the step, exactly: with R = √(b² + 4 a c) and τ = tanh(R/2) / R, all rates
 * times the step,
 *
 * n' = (n (1 − b τ) + 2 c τ) / (1 + (2 a n + b) τ).
 *
 * The loss is written so that nothing cancels.
 *
 * @see Vignati et al. 2004, section 2.4
 */
export function coagulate({
  kernels,
  number,
  present,
  created,
  coating,
  sulfate,
  dt,
}: CoagulationOf): Coagulation {
  const others = pick(
    mul(number, present),
    modeCount,
    pairs.map(([a, b], k) => (partnersKI.includes(k) ? a : b)),
  );
  const rates = mul(kernels, others);
  const [byNS, byKS, byKI] = [partnersNS, partnersKS, partnersKI].map((places) =>
    pick(rates, pairs.length, places),
  ) as [Tensor, Tensor, Tensor];
  const all = (x: Tensor): Tensor => sum(x, { axes: [-1], keepDims: true });
  const a = mul(pick(kernels, pairs.length, selfPlaces), 0.5);
  const [bNS, bKS, bKI] = [all(byNS), all(byKS), all(byKI)];
  const b = concat([bNS, bKS, mul(bKS, 0), bKI], 1);

  // M7 spreads new particles over the step if there are more than one a second.
  const steady = greaterEqual(created, dt);
  const atOnce = where(steady, 0, created);
  const before = pick(number, modeCount, [NS, KS, 2, KI]);
  const n = add(before, concat([atOnce, zeros(created, 3)], 1));
  const c = concat([sub(created, atOnce), zeros(created, 3)], 1);
  const root = sqrt(add(add(mul(b, b), mul(mul(a, c), 4)), 1e-30));
  const tau = div(tanh(mul(root, 0.5)), root);
  const spread = mul(add(mul(mul(a, n), 2), b), tau);
  const gone = add(
    mul(mul(mul(n, 2), tau), add(b, mul(a, n))),
    mul(c, add(relu(sub(1, mul(tau, 2))), spread)),
  );
  const start = add(n, c);
  const lost = minimum(div(gone, add(spread, 1)), start);
  const left = relu(sub(start, lost));
  const within = mul(a, start);
  const perRate = div(lost, add(add(within, b), nothing));
  const column = (x: Tensor, k: number): Tensor => columns(x, k, k + 1);

  const startNS = column(start, 0);
  const insoluble = concat([column(left, 3), columns(number, AI, CI + 1)], 1);
  const captured = capture({
    insoluble,
    soluble: add(startNS, column(number, KS)),
    rate: column(a, 0),
    layers: div(mul(coating, startNS), add(sulfate, nothing)),
    within: mul(column(perRate, 0), column(within, 0)),
    others: mul(column(perRate, 0), bNS),
  });
  const shareNS = mul(byNS, div(column(perRate, 0), add(startNS, nothing)));
  const per = (k: number): Tensor => div(column(perRate, k), add(column(start, k), nothing));
  return {
    number: concat(
      [columns(left, 0, 3), columns(number, 3, KI), column(left, 3), columns(number, AI, CI + 1)],
      1,
    ),
    lostNS: add(shareNS, concat([zeros(created, 3), div(captured, add(startNS, nothing))], 1)),
    lostKS: mul(byKS, per(1)),
    lostKI: mul(byKI, per(3)),
  };
}

function zeros(like: Tensor, count: number): Tensor {
  return concat(
    Array.from({ length: count }, () => mul(like, 0)),
    1,
  );
}

/** Arguments of {@link capture}; [batch, 1] each but `insoluble` and `layers`. */
interface CaptureOf {
  /** [batch, 3] KI, AI and CI, cm⁻³ */
  readonly insoluble: Tensor;
  /** NS, new particles and KS, cm⁻³ */
  readonly soluble: Tensor;
  /** Half the kernel of NS with itself times the step. */
  readonly rate: Tensor;
  /** [batch, 3] particles of NS that cover one insoluble particle */
  readonly layers: Tensor;
  /** Particles of NS lost among themselves, and to others. */
  readonly within: Tensor;
  readonly others: Tensor;
}

/** Particles of NS that coagulated among themselves and count as captured by KI, AI and CI, [batch, 3]. */
function capture({ insoluble, soluble, rate, layers, within, others }: CaptureOf): Tensor {
  const some = sum(insoluble, { axes: [-1], keepDims: true });
  const all = add(some, soluble);
  const whole = add(mul(rate, all), 2);
  const alone = where(greater(some, 1), div(mul(some, 4), mul(whole, add(mul(rate, soluble), 2))), 0);
  const solubleOnly = div(mul(soluble, 4), mul(whole, add(mul(rate, some), 2)));
  const mixed = relu(minimum(sub(sub(div(mul(all, 2), whole), alone), solubleOnly), some));
  const shares = div(insoluble, add(some, nothing));
  const wanted = mul(sum(mul(shares, layers), { axes: [-1], keepDims: true }), mixed);
  const applies = logicalAnd(logicalAnd(greater(soluble, some), greater(some, 2.22e-16)), greater(others, 0));
  const captured = mul(minimum(wanted, mul(within, 0.95)), cast(applies, 'float64'));
  return mul(shares, captured);
}
