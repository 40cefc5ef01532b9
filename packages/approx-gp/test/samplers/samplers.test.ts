import {
  categorical,
  createStudy,
  evolutionSampler,
  float,
  int,
  randomSampler,
  sobolSampler,
  SobolSequence,
  tpeSampler,
  when,
  type Sampler,
} from '@hpo/approx-gp';
import { createRng, InvalidArgumentError } from '@pct/core';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const samplers: [string, () => Sampler][] = [
  ['random', randomSampler],
  ['Sobol', sobolSampler],
  ['TPE', () => tpeSampler({ startupTrials: 5 })],
  ['(1+1)-ES', evolutionSampler],
];

const tree = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 4),
  optimizer: categorical(['adam', 'sgd', 'none']),
  momentum: when('optimizer', 'sgd', float(0, 0.99)),
  nesterov: when('optimizer', 'sgd', categorical([true, false])),
  units: int(8, 512, { log: true }),
};

describe.each(samplers)('every sampler: %s', (_name, make) => {
  it('gives points of the space, whatever came of the ones before', async () => {
    for (const kind of ['values', 'constant', 'failing', 'pruned', 'infeasible', 'huge'] as const) {
      const study = createStudy({ space: tree, sampler: make(), seed: kind });
      for (let i = 0; i < 30; i++) {
        const trial = study.ask();
        const { optimizer, momentum } = trial.params;
        expect(momentum !== undefined).toBe(optimizer === 'sgd');
        // Every third one stays pending.
        if (i % 3 === 0) continue;
        if (kind === 'values') study.tell(trial, Math.log(trial.params.lr));
        if (kind === 'constant') study.tell(trial, 1);
        if (kind === 'failing') study.tell(trial, NaN);
        if (kind === 'infeasible') study.tell(trial, i, { constraints: [i, -1] });
        if (kind === 'huge') study.tell(trial, i % 2 === 0 ? -Number.MAX_VALUE : Number.MAX_VALUE);
        if (kind === 'pruned') {
          if (i % 2 === 0) trial.report(i, i);
          study.tell(trial, undefined, { state: 'pruned' });
        }
      }
      expect(
        study.trials.filter(({ systemAttributes }) => 'approx-gp:sampler_error' in systemAttributes),
      ).toEqual([]);
    }
  });

  it('manages a space with one point, and several objectives', async () => {
    const one = createStudy({ space: { a: float(1, 1), c: categorical(['x']) }, sampler: make() });
    await one.optimize(() => 3, { trials: 15 });
    expect(one.trials.every(({ params: { a, c } }) => a === 1 && c === 'x')).toBe(true);
    const two = createStudy({ space: tree, sampler: make(), directions: ['minimize', 'maximize'] });
    await two.optimize(({ params: { lr, layers } }) => [lr, layers], { trials: 25 });
    expect(two.paretoFront.length).toBeGreaterThan(0);
    expect(
      two.trials.every(
        ({ state, systemAttributes }) => state === 'complete' && Object.keys(systemAttributes).length === 0,
      ),
    ).toBe(true);
  });

  it('gives the same points again when a study is continued', async () => {
    const objective = ({ params: { lr, layers } }: { params: { lr: number; layers: number } }) =>
      (Math.log10(lr) + 3) ** 2 + layers;
    const whole = createStudy({ space: tree, sampler: make(), seed: 3 });
    await whole.optimize(objective, { trials: 24 });
    const parts = createStudy({ space: tree, sampler: make(), seed: 3 });
    await parts.optimize(objective, { trials: 11 });
    const fresh = make();
    const points = Array.from({ length: 13 }, (_, i) => {
      const { space, directions, encodedTrials } = whole;
      const number = 11 + i;
      const trials = encodedTrials.slice(0, number);
      const rng = createRng(3).split('sampler').split(number);
      return space.snapInPlace(fresh.ask({ space, directions, trials, version: trials.length, number, rng }));
    });
    expect(points.map((point) => whole.space.decode(point))).toEqual(
      whole.trials.slice(11).map(({ params }) => params),
    );
    expect(parts.trials.map(({ params }) => params)).toEqual(
      whole.trials.slice(0, 11).map(({ params }) => params),
    );
  });
});

describe('learning', () => {
  const bestOf = async (sampler: Sampler, seed: number, trials: number): Promise<number> => {
    const space = { x: float(-5, 5), y: float(-5, 5), c: categorical(['a', 'b', 'c']) };
    const study = createStudy({ space, sampler, seed });
    await study.optimize(({ params: { x, y, c } }) => (x - 2) ** 2 + (y + 1) ** 2 + (c === 'b' ? 0 : 3), {
      trials,
    });
    return study.best!.value!;
  };
  const median = async (make: () => Sampler): Promise<number> => {
    const values = await Promise.all(Array.from({ length: 9 }, (_, seed) => bestOf(make(), seed, 60)));
    return values.sort((a, b) => a - b)[4]!;
  };

  it('helps: TPE and the evolution strategy beat random points', async () => {
    const random = await median(randomSampler);
    expect(await median(tpeSampler)).toBeLessThan(random / 3);
    expect(await median(evolutionSampler)).toBeLessThan(random / 3);
  });

  it('maximises too', async () => {
    for (const make of [tpeSampler, evolutionSampler]) {
      const study = createStudy({ space: { x: float(0, 1) }, sampler: make(), direction: 'maximize' });
      await study.optimize(({ params: { x } }) => -((x - 0.3) ** 2), { trials: 50 });
      expect(study.best!.params.x).toBeCloseTo(0.3, 1);
    }
  });

  it('keeps constraints: the best feasible point is near the border', async () => {
    for (const make of [tpeSampler, evolutionSampler]) {
      const study = createStudy({ space: { x: float(0, 1), y: float(0, 1) }, sampler: make() });
      await study.optimize(
        (trial) => {
          const { x, y } = trial.params;
          trial.setConstraints([0.5 - x, 0.25 - y]);
          return x + y;
        },
        { trials: 80 },
      );
      expect(study.best!.value).toBeLessThan(0.95);
    }
  });
});

describe("Sobol' sequences", () => {
  it("are SciPy's", () => {
    const { indices, points } = JSON.parse(
      readFileSync(new URL('../fixtures/sobol.json', import.meta.url), 'utf8'),
    ) as { indices: number[]; points: number[][] };
    const sequence = new SobolSequence(128);
    indices.forEach((index, i) => {
      expect([...sequence.point(index)].map((x) => x * 2 ** 32)).toEqual(points[i]);
    });
  });

  it('have one point in every interval of a power of two, scrambled too', () => {
    for (const scramble of [undefined, createRng(1), createRng(2)]) {
      const sequence = new SobolSequence(20, { scramble });
      const seen = Array.from({ length: 20 }, () => new Set<number>());
      for (let i = 0; i < 64; i++) sequence.point(i).forEach((x, j) => seen[j]!.add(Math.floor(x * 64)));
      expect(seen.map(({ size }) => size)).toEqual(new Array(20).fill(64));
    }
    const [a, b] = [1, 1].map((seed) => new SobolSequence(3, { scramble: createRng(seed) }).point(9));
    expect(a).toEqual(b);
  });

  it('integrate far better than random points', () => {
    const error = (point: (i: number) => ArrayLike<number>): number => {
      let sum = 0;
      for (let i = 0; i < 1024; i++) sum += Array.from(point(i)).reduce((product, x) => product * 2 * x, 1);
      return Math.abs(sum / 1024 - 1);
    };
    const meanOver8 = (of: (seed: number) => number): number =>
      Array.from({ length: 8 }, (_, seed) => of(seed)).reduce((a, b) => a + b) / 8;
    const random = meanOver8((seed) => {
      const rng = createRng(seed);
      return error(() => [0, 0, 0, 0].map(() => rng.uniform()));
    });
    const spread = meanOver8((seed) => {
      const sequence = new SobolSequence(4, { scramble: createRng(seed) });
      return error((i) => sequence.point(i));
    });
    expect(spread).toBeLessThan(random / 10);
  });

  it('refuse what they do not have', () => {
    expect(() => new SobolSequence(129)).toThrow(InvalidArgumentError);
    expect(() => new SobolSequence(2).point(-1)).toThrow('index must be');
    expect(() => tpeSampler({ candidates: 0 })).toThrow('candidates must be');
    expect(() => evolutionSampler({ step: 0 })).toThrow('step must be');
  });

  it('spread trials over a space with categories, beyond 128 parameters too', async () => {
    const study = createStudy({
      space: { c: categorical(['a', 'b', 'c', 'd']), x: float(0, 1) },
      sampler: sobolSampler(),
    });
    await study.optimize(() => 0, { trials: 16 });
    const counts = ['a', 'b', 'c', 'd'].map(
      (c) => study.trials.filter(({ params }) => params.c === c).length,
    );
    expect(counts).toEqual([4, 4, 4, 4]);
    const wide = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`p${i}`, float(0, 1)]));
    const { params } = createStudy({ space: wide, sampler: sobolSampler() }).ask();
    expect(Object.keys(params).length).toBe(130);
  });
});
