import { createRng } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { logFactorial } from '../../src/random/poisson.js';
import { chiSquareScore, kolmogorovSmirnov, normalCdf } from './reference.js';

// All seeds are fixed, so these tests cannot fail by chance; the limits are those of 0.1 % tests.
const N = 200_000;
const sample = (draw: () => number, n = N) => Float64Array.from({ length: n }, draw);

/** Mean and central moments 2 to 4. */
function moments(values: Float64Array): {
  mean: number;
  variance: number;
  skewness: number;
  kurtosis: number;
} {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const central = (k: number) => values.reduce((sum, x) => sum + (x - mean) ** k, 0) / values.length;
  const variance = central(2);
  return { mean, variance, skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 };
}

describe('continuous distributions', () => {
  it.each([
    [
      'uniform',
      (seed: number) => {
        const rng = createRng(seed);
        return () => rng.uniform();
      },
      (x: number) => x,
    ],
    [
      'uniform(−2, 6)',
      (seed: number) => {
        const rng = createRng(seed);
        return () => rng.uniform(-2, 6);
      },
      (x: number) => (x + 2) / 8,
    ],
    [
      'normal',
      (seed: number) => {
        const rng = createRng(seed);
        return () => rng.normal();
      },
      normalCdf,
    ],
    [
      'normal(5, 3)',
      (seed: number) => {
        const rng = createRng(seed);
        return () => rng.normal(5, 3);
      },
      (x: number) => normalCdf((x - 5) / 3),
    ],
    [
      'exponential',
      (seed: number) => {
        const rng = createRng(seed);
        return () => rng.exponential(0.5);
      },
      (x: number) => -Math.expm1(-x / 2),
    ],
    [
      'gumbel',
      (seed: number) => {
        const rng = createRng(seed);
        return () => rng.gumbel(1, 2);
      },
      (x: number) => Math.exp(-Math.exp(-(x - 1) / 2)),
    ],
  ] as const)('%s passes Kolmogorov-Smirnov', (_name, stream, cdf) => {
    const statistics = [1, 2, 3, 4].map((seed) => kolmogorovSmirnov(sample(stream(seed), N / 4), cdf));
    expect(Math.max(...statistics)).toBeLessThan(1.95);
    // A statistic that is always small would mean numbers too even to be random.
    expect(Math.max(...statistics)).toBeGreaterThan(0.5);
  });

  it('have their moments', () => {
    const rng = createRng('moments');
    const uniform = moments(sample(() => rng.uniform()));
    expect(Math.abs(uniform.mean - 0.5)).toBeLessThan(3.3 * Math.sqrt(1 / 12 / N));
    expect(uniform.variance).toBeCloseTo(1 / 12, 3);
    expect(uniform.kurtosis).toBeCloseTo(1.8, 1);
    const normal = moments(sample(() => rng.normal()));
    expect(Math.abs(normal.mean)).toBeLessThan(3.3 / Math.sqrt(N));
    expect(Math.abs(normal.variance - 1)).toBeLessThan(3.3 * Math.sqrt(2 / N));
    expect(Math.abs(normal.skewness)).toBeLessThan(3.3 * Math.sqrt(6 / N));
    expect(Math.abs(normal.kurtosis - 3)).toBeLessThan(3.3 * Math.sqrt(24 / N));
    const exponential = moments(sample(() => rng.exponential(4)));
    expect(exponential.mean).toBeCloseTo(0.25, 2);
    expect(exponential.variance).toBeCloseTo(1 / 16, 2);
    expect(exponential.skewness).toBeCloseTo(2, 0);
    const gumbel = moments(sample(() => rng.gumbel()));
    expect(gumbel.mean).toBeCloseTo(0.5772156649, 1);
    expect(Math.abs(gumbel.variance / (Math.PI ** 2 / 6) - 1)).toBeLessThan(0.02);
  });

  it('normal numbers fill fine bins evenly, tails included', () => {
    // Finer than the ziggurat's layers, whose seams this would show.
    const bins = 1000;
    const n = 1_000_000;
    const counts = new Float64Array(bins);
    const rng = createRng('bins');
    let beyond = 0;
    let beyondTailStart = 0;
    for (let i = 0; i < n; i++) {
      const x = rng.normal();
      counts[Math.floor(normalCdf(x) * bins)]! += 1;
      if (Math.abs(x) > 3) beyond++;
      if (Math.abs(x) > 3.6541528853610088) beyondTailStart++;
    }
    expect(Math.abs(chiSquareScore(counts, () => n / bins))).toBeLessThan(3.3);
    expect(Math.abs(beyond - 2699.8)).toBeLessThan(3.3 * Math.sqrt(2699.8));
    expect(Math.abs(beyondTailStart - 258.0)).toBeLessThan(3.3 * Math.sqrt(258.0));
  });

  it('normal numbers show no trace of the word that chose the layer', () => {
    // Doornik's test: the sum of squares of m numbers in a row must be chi-square with m degrees of freedom.
    const m = 8;
    const rng = createRng('doornik');
    const cdf = (x: number) => {
      let term = 1;
      let sum = 1;
      for (let k = 1; k < m / 2; k++) sum += term *= x / 2 / k;
      return 1 - Math.exp(-x / 2) * sum;
    };
    const sums = sample(
      () => Array.from({ length: m }, () => rng.normal() ** 2).reduce((a, b) => a + b),
      50_000,
    );
    expect(kolmogorovSmirnov(sums, cdf)).toBeLessThan(1.95);
  });
});

describe('discrete distributions', () => {
  it.each([2, 6, 7, 256, 1000])('integers below %i are equally likely', (count) => {
    const rng = createRng(count);
    const counts = new Float64Array(count);
    for (let i = 0; i < N; i++) counts[rng.integer(-1, count - 1) + 1]! += 1;
    expect(Math.abs(chiSquareScore(counts, () => N / count))).toBeLessThan(3.3);
  });

  it.each([3 * 2 ** 19, 2 ** 21 + 1, 3 * 2 ** 30, 3 * 2 ** 51, 2 ** 53 - 1])(
    'integers below %d are even in every third',
    (count) => {
      // Taking 32 or 53 bits modulo such a count without rejection would favour the first third.
      const rng = createRng(count);
      const counts = new Float64Array(3);
      for (let i = 0; i < N; i++) counts[Math.floor((rng.integer(0, count) / count) * 3)]! += 1;
      expect(Math.abs(chiSquareScore(counts, () => N / 3))).toBeLessThan(3.3);
    },
  );

  it('integers have unbiased lowest bits', () => {
    const rng = createRng('bits');
    for (const count of [2 ** 20, 2 ** 40]) {
      // Pairs of lowest bits in a row: a linear recurrence in them would show.
      const counts = new Float64Array(4);
      for (let i = 0; i < N; i++) counts[(rng.integer(0, count) % 2) * 2 + (rng.integer(0, count) % 2)]! += 1;
      expect(Math.abs(chiSquareScore(counts, () => N / 4))).toBeLessThan(3.3);
    }
  });

  it('categories come in proportion to their weights', () => {
    const weights = Float64Array.of(0.5, 0, 3, 1.5, 0.01, 5);
    const sum = 10.01;
    const rng = createRng('categories');
    const counts = new Float64Array(6);
    for (let i = 0; i < N; i++) counts[rng.categorical(weights)]! += 1;
    expect(counts[1]).toBe(0);
    const used = [0, 2, 3, 4, 5];
    const score = chiSquareScore(
      used.map((k) => counts[k]!),
      (i) => (N * weights[used[i]!]!) / sum,
    );
    expect(Math.abs(score)).toBeLessThan(3.3);
  });

  it('all orders of five elements are equally likely', () => {
    const rng = createRng('orders');
    const counts = new Map<string, number>();
    for (let i = 0; i < N; i++) {
      const order = rng.permutation(5).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(120);
    expect(Math.abs(chiSquareScore([...counts.values()], () => N / 120))).toBeLessThan(3.3);
  });

  it.each([0.3, 4, 9.99, 10, 30.5, 400])('Poisson numbers of mean %d have their probabilities', (mean) => {
    const rng = createRng(`poisson ${mean}`);
    const probability = (k: number) => Math.exp(k * Math.log(mean) - mean - logFactorial(k));
    const counts = new Map<number, number>();
    const n = N / 2;
    for (let i = 0; i < n; i++) {
      const k = rng.poisson(mean);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    const ks = Array.from({ length: 2000 }, (_, k) => k).filter((k) => n * probability(k) > 10);
    const rest = 1 - ks.reduce((sum, k) => sum + probability(k), 0);
    const seen = ks.map((k) => counts.get(k) ?? 0);
    const others = n - seen.reduce((a, b) => a + b, 0);
    const score = chiSquareScore([...seen, others], (i) => n * (i < ks.length ? probability(ks[i]!) : rest));
    expect(Math.abs(score)).toBeLessThan(3.3);
  });

  it('Poisson numbers of a large mean have its moments', () => {
    const rng = createRng('large');
    const { mean, variance } = moments(sample(() => rng.poisson(1e9), 20_000));
    expect(Math.abs(mean - 1e9)).toBeLessThan(3.3 * Math.sqrt(1e9 / 20_000));
    expect(Math.abs(variance / 1e9 - 1)).toBeLessThan(3.3 * Math.sqrt(2 / 20_000));
  });

  it('log k! is that of exact integers', () => {
    let factorial = 1n;
    for (let k = 0; k <= 170; k++) {
      if (k > 0) factorial *= BigInt(k);
      const exact = Math.log(Number(factorial));
      expect(Math.abs(logFactorial(k) - exact)).toBeLessThanOrEqual(4e-15 * Math.max(1, exact));
    }
  });
});

describe('split streams', () => {
  const CHILDREN = 100_000;

  it('do not collide over 10⁵ keys of each kind, and their first numbers are even', () => {
    const root = createRng(1);
    const states = new Set<string>();
    const first = new Float64Array(2 * CHILDREN);
    for (let key = 0; key < CHILDREN; key++) {
      const byNumber = root.split(key);
      const byText = root.split(`history ${key}`);
      states.add(byNumber.getState().generator.join());
      states.add(byText.getState().generator.join());
      first[2 * key] = byNumber.uniform();
      first[2 * key + 1] = byText.uniform();
    }
    expect(states.size).toBe(2 * CHILDREN);
    expect(kolmogorovSmirnov(first, (x) => x)).toBeLessThan(1.95);
    expect(
      kolmogorovSmirnov(
        first.filter((_, i) => i % 2 === 0),
        (x) => x,
      ),
    ).toBeLessThan(1.95);
  });

  it('have every bit of their states set half of the time', () => {
    const root = createRng(2);
    const ones = new Int32Array(128);
    for (let key = 0; key < 20_000; key++) {
      const words = root.split(key).getState().generator;
      for (let i = 0; i < 128; i++) ones[i]! += (words[i >> 5]! >>> (i & 31)) & 1;
    }
    for (const count of ones) expect(Math.abs(count - 10_000)).toBeLessThan(4.5 * Math.sqrt(5000));
  });

  it('are uncorrelated with their parent and with each other, at every lag', () => {
    const length = 20_000;
    const root = createRng(3);
    const streams = [
      root,
      ...[0, 1, 2, 'a', 'b'].map((key) => root.split(key)),
      root.split(0).split(0),
      createRng(4),
    ];
    const values = streams.map((rng) => rng.fillNormal(new Float64Array(length)));
    let largest = 0;
    let tests = 0;
    for (let a = 0; a < values.length; a++) {
      for (let b = a; b < values.length; b++) {
        for (let lag = a === b ? 1 : 0; lag < 8; lag++) {
          let sum = 0;
          for (let i = lag; i < length; i++) sum += values[a]![i]! * values[b]![i - lag]!;
          largest = Math.max(largest, Math.abs(sum) / Math.sqrt(length));
          tests++;
        }
      }
    }
    // The largest of some 280 standard normal numbers.
    expect(tests).toBe(280);
    expect(largest).toBeLessThan(4.2);
    expect(largest).toBeGreaterThan(1.5);
  });

  it('of neighbouring keys differ like independent ones in every draw', () => {
    // Element j of streams 0, 1, 2 …: a stream across the keys instead of along one.
    const root = createRng(5);
    const columns = Array.from({ length: 6 }, () => new Float64Array(20_000));
    for (let key = 0; key < 20_000; key++) {
      const child = root.split(key);
      for (const column of columns) column[key] = child.normal();
    }
    for (const column of columns) {
      expect(kolmogorovSmirnov(column, normalCdf)).toBeLessThan(1.95);
      let product = 0;
      for (let i = 1; i < column.length; i++) product += column[i]! * column[i - 1]!;
      expect(Math.abs(product) / Math.sqrt(column.length)).toBeLessThan(3.3);
    }
  });
});
