import { checkInteger } from '@pct/core';
import { HARTMANN3, HARTMANN6, MICHALEWICZ_MINIMA, SHEKEL } from './constants.js';

/** A function with a known least value. */
export interface TestFunction {
  readonly name: string;
  /** Lower end of each coordinate, `[d]`. */
  readonly lower: readonly number[];
  /** Upper end of each coordinate, `[d]`. */
  readonly upper: readonly number[];
  /** Least value inside the box. */
  readonly minimum: number;
  /** Where it is; one such point, `[d]`. */
  readonly minimizer: readonly number[];
  /** Value at a point of the box, `[d]`. */
  evaluate(x: ArrayLike<number>): number;
}

type Formula = (x: ArrayLike<number>) => number;

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

function cube(
  name: string,
  d: number,
  [low, high]: readonly [number, number],
  minimum: number,
  minimizer: number | readonly number[],
  evaluate: Formula,
): TestFunction {
  checkInteger(name, 'dimensions', d, { min: 1 });
  return {
    name: `${name}-${d}`,
    lower: new Array<number>(d).fill(low),
    upper: new Array<number>(d).fill(high),
    minimum,
    minimizer: typeof minimizer === 'number' ? new Array<number>(d).fill(minimizer) : minimizer,
    evaluate,
  };
}

/** Levy's function on [−10, 10]^d: one deep valley among many shallow ones. */
export function levy(d: number): TestFunction {
  return cube('levy', d, [-10, 10], 0, 1, (x) => {
    const w = (i: number): number => 1 + (x[i]! - 1) / 4;
    const last = w(d - 1);
    const inner = sum(d - 1, (i) => (w(i) - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * w(i) + 1) ** 2));
    const end = (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
    return Math.sin(Math.PI * w(0)) ** 2 + inner + end;
  });
}

/** Ackley's function on [−32.768, 32.768]^d: nearly flat, with a narrow funnel. */
export function ackley(d: number): TestFunction {
  return cube('ackley', d, [-32.768, 32.768], 0, 0, (x) => {
    const squares = sum(d, (i) => x[i]! ** 2);
    const cosines = sum(d, (i) => Math.cos(2 * Math.PI * x[i]!));
    return -20 * Math.exp(-0.2 * Math.sqrt(squares / d)) - Math.exp(cosines / d) + 20 + Math.E;
  });
}

/** Rosenbrock's function on [−5, 10]^d: a long bent valley; d ≥ 2. */
export function rosenbrock(d: number): TestFunction {
  return cube('rosenbrock', d, [-5, 10], 0, 1, (x) =>
    sum(d - 1, (i) => 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (x[i]! - 1) ** 2),
  );
}

/** Rastrigin's function on [−5.12, 5.12]^d: a bowl with a grid of local minima. */
export function rastrigin(d: number): TestFunction {
  return cube('rastrigin', d, [-5.12, 5.12], 0, 0, (x) =>
    sum(d, (i) => 10 + x[i]! ** 2 - 10 * Math.cos(2 * Math.PI * x[i]!)),
  );
}

/** Griewank's function on [−600, 600]^d. */
export function griewank(d: number): TestFunction {
  return cube('griewank', d, [-600, 600], 0, 0, (x) => {
    let product = 1;
    for (let i = 0; i < d; i++) product *= Math.cos(x[i]! / Math.sqrt(i + 1));
    return 1 + sum(d, (i) => x[i]! ** 2) / 4000 - product;
  });
}

/** The function of Styblinski and Tang on [−5, 5]^d: 2^d basins. */
export function styblinskiTang(d: number): TestFunction {
  return cube(
    'styblinskiTang',
    d,
    [-5, 5],
    -39.16616570377142 * d,
    -2.903534027771177,
    (x) => 0.5 * sum(d, (i) => x[i]! ** 4 - 16 * x[i]! ** 2 + 5 * x[i]!),
  );
}

/** Michalewicz's function (m = 10) on [0, π]^d, d ≤ 10: steep ridges. */
export function michalewicz(d: number): TestFunction {
  checkInteger('michalewicz', 'd', d, { min: 1, max: MICHALEWICZ_MINIMA.length });
  const minimizer = MICHALEWICZ_MINIMA.slice(0, d);
  const evaluate: Formula = (x) =>
    -sum(d, (i) => Math.sin(x[i]!) * Math.sin(((i + 1) * x[i]! ** 2) / Math.PI) ** 20);
  return cube('michalewicz', d, [0, Math.PI], evaluate(minimizer), minimizer, evaluate);
}

/** Branin's function on [−5, 10] × [0, 15]: three equal minima. */
export function branin(): TestFunction {
  return {
    name: 'branin',
    lower: [-5, 0],
    upper: [10, 15],
    minimum: 0.39788735772973816,
    minimizer: [Math.PI, 2.275],
    evaluate: (x) => {
      const valley = x[1]! - (5.1 * x[0]! ** 2) / (4 * Math.PI ** 2) + (5 * x[0]!) / Math.PI - 6;
      return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x[0]!) + 10;
    },
  };
}

/** The six-hump camel on [−3, 3] × [−2, 2]. */
export function sixHumpCamel(): TestFunction {
  return {
    name: 'sixHumpCamel',
    lower: [-3, -2],
    upper: [3, 2],
    minimum: -1.031628453489877,
    minimizer: [0.0898420131, -0.7126564032],
    evaluate: (x) => {
      const a = x[0]! ** 2;
      const b = x[1]! ** 2;
      return (4 - 2.1 * a + (a * a) / 3) * a + x[0]! * x[1]! + (4 * b - 4) * b;
    },
  };
}

function hartmann(
  name: string,
  { A, P }: { readonly A: readonly (readonly number[])[]; readonly P: readonly (readonly number[])[] },
  minimum: number,
  minimizer: readonly number[],
): TestFunction {
  const alpha = [1, 1.2, 3, 3.2];
  return {
    name,
    lower: minimizer.map(() => 0),
    upper: minimizer.map(() => 1),
    minimum,
    minimizer,
    evaluate: (x) =>
      -sum(4, (i) => {
        const exponent = sum(minimizer.length, (j) => A[i]![j]! * (x[j]! - 1e-4 * P[i]![j]!) ** 2);
        return alpha[i]! * Math.exp(-exponent);
      }),
  };
}

/** Hartmann's function of 3 variables on the unit cube. */
export function hartmann3(): TestFunction {
  return hartmann('hartmann3', HARTMANN3, -3.8627797873, [0.114589, 0.555649, 0.852547]);
}

/** Hartmann's function of 6 variables on the unit cube. */
export function hartmann6(): TestFunction {
  const minimizer = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.657301];
  return hartmann('hartmann6', HARTMANN6, -3.3223680114, minimizer);
}

/** Shekel's function on [0, 10]^4 with 10 foxholes. */
export function shekel(): TestFunction {
  return cube(
    'shekel',
    4,
    [0, 10],
    -10.536443153,
    [4.00074686, 3.99950952, 4.00074686, 3.99950952],
    (x) =>
      -sum(SHEKEL.beta.length, (i) => {
        const distance = sum(4, (j) => (x[j]! - (j % 2 === 0 ? SHEKEL.even : SHEKEL.odd)[i]!) ** 2);
        return 1 / (distance + SHEKEL.beta[i]!);
      }),
  );
}
