import {
  categorical,
  createStudy,
  float,
  int,
  nopPruner,
  randomSampler,
  TrialPruned,
  when,
  type Sampler,
} from '@hpo/approx-gp';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { lineSpace, listSampler, toldStudy } from '../support.js';

const mixed = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 4),
  optimizer: categorical(['adam', 'sgd']),
  momentum: when('optimizer', 'sgd', float(0, 0.99)),
};

describe('ask and tell', () => {
  it('keeps what was tried and what came of it', () => {
    const study = createStudy({ space: mixed, direction: 'maximize', sampler: randomSampler() });
    const trial = study.ask();
    expect(study.trials[0]).toMatchObject({ number: 0, state: 'running', params: trial.params });
    trial.report(0, 0.5);
    trial.report(3, 0.75);
    trial.setUserAttribute('note', ['any', { json: 1 }]);
    const told = study.tell(trial, 0.9);
    expect(told).toMatchObject({ state: 'complete', value: 0.9, values: [0.9], feasible: true });
    expect([...told.intermediates]).toEqual([
      [0, 0.5],
      [3, 0.75],
    ]);
    expect(told.userAttributes).toEqual({ note: ['any', { json: 1 }] });
    expect(told.completed!.getTime()).toBeGreaterThanOrEqual(told.started!.getTime());
    expect(study.best).toBe(study.trials[0]);
  });

  it('gives the best of the complete trials that keep constraints, the first of equals', async () => {
    const study = await toldStudy([3, 1, 2, 1, NaN]);
    expect(study.best?.number).toBe(1);
    const constrained = createStudy({ space: lineSpace, direction: 'maximize' });
    for (const [value, constraint] of [
      [5, 1],
      [4, 0],
      [3, -1],
    ] as const) {
      const trial = constrained.ask();
      trial.setConstraints([constraint, -1]);
      constrained.tell(trial, value);
    }
    expect(constrained.best?.value).toBe(4);
    expect(constrained.trials.map(({ feasible }) => feasible)).toEqual([false, true, true]);
    expect(createStudy({ space: lineSpace }).best).toBeUndefined();
  });

  it('gives the Pareto front of several objectives', () => {
    const study = createStudy({ space: lineSpace, directions: ['minimize', 'maximize'] });
    for (const values of [
      [1, 1],
      [2, 2],
      [2, 1],
      [0, 0],
      [2, 2],
    ])
      study.tell(study.ask(), values);
    expect(study.paretoFront.map(({ number }) => number)).toEqual([0, 1, 3, 4]);
    expect(() => study.best).toThrow('use paretoFront');
    expect(() => study.ask().report(0, 1)).toThrow('several objectives');
  });

  it('tells a trial by its number, prunes and fails', () => {
    const study = createStudy({ space: lineSpace });
    const [a, b, c] = [study.ask(), study.ask(), study.ask()];
    a.report(0, 4);
    a.report(1, 3);
    expect(study.tell(a.number, undefined, { state: 'pruned' })).toMatchObject({
      state: 'pruned',
      values: [3],
    });
    expect(study.tell(b)).toMatchObject({ state: 'fail', values: undefined });
    expect(study.tell(c, 1, { state: 'fail', reason: 'the disk was full' }).systemAttributes).toEqual({
      fail_reason: 'the disk was full',
    });
  });

  it('refuses what is no result', () => {
    const study = createStudy({ space: lineSpace, directions: ['minimize', 'minimize'] });
    const trial = study.ask();
    expect(() => study.tell(trial, 1)).toThrow('values must be a list of 2 numbers, got 1');
    expect(() => study.tell(7, [1, 2])).toThrow('trial must be one that runs, got 7, which there is not');
    study.tell(trial, [1, 2]);
    expect(() => study.tell(trial, [1, 2])).toThrow('got 0, whose state is complete');
    expect(() => trial.setUserAttribute('a', 1)).toThrow(InvalidArgumentError);
    expect(() => trial.setConstraints('no' as never)).toThrow('constraints must be a list of numbers');
    expect(() => study.tell(study.ask(), 'x' as never)).toThrow(InvalidArgumentError);
  });
});

describe('numbers that are none', () => {
  it.each([NaN, Infinity, -Infinity])('makes the trial fail: %s', async (bad) => {
    const study = await toldStudy([1, bad, 2]);
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'fail', 'complete']);
    expect(study.trials[1]!.systemAttributes['fail_reason']).toBe(`values must be finite, got ${bad}`);
    expect(study.encodedTrials.map(({ state }) => state)).toEqual(['complete', 'failed', 'complete']);
  });

  it('makes the trial fail for constraints too, and lets intermediate values be', () => {
    const study = createStudy({ space: lineSpace });
    const trial = study.ask();
    trial.report(0, NaN);
    trial.report(1, -Infinity);
    expect([...study.trials[0]!.intermediates.values()]).toEqual([NaN, -Infinity]);
    expect(study.tell(trial, 1, { constraints: [NaN] }).state).toBe('fail');
  });
});

describe('the queue', () => {
  it('comes before the sampler, which chooses what is left open', () => {
    const study = createStudy({ space: mixed });
    study.enqueue({ optimizer: 'sgd', layers: 3 }, { userAttributes: { from: 'user' } });
    study.enqueue({ lr: 0.01 });
    expect(study.trials.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    const first = study.ask();
    expect(first.params).toMatchObject({ optimizer: 'sgd', layers: 3 });
    expect(first.params.momentum).toBeGreaterThanOrEqual(0);
    expect(first.params.lr).toBeGreaterThanOrEqual(1e-5);
    expect(study.trials[0]!.userAttributes).toEqual({ from: 'user' });
    expect(study.ask().params.lr).toBe(0.01);
    expect(study.ask().number).toBe(2);
  });

  it('does not take the same twice if that is wished', () => {
    const study = createStudy({ space: mixed });
    study.enqueue({ layers: 3 }, { skipIfExists: true });
    study.enqueue({ layers: 3 }, { skipIfExists: true });
    study.enqueue({ layers: 2 }, { skipIfExists: true });
    expect(study.trials.length).toBe(2);
  });

  it('refuses parameters that the space does not have', () => {
    const study = createStudy({ space: mixed });
    expect(() => study.enqueue({ layers: 9 })).toThrow(
      'parameter "layers" must be an integer from 1 to 4, got 9',
    );
    expect(() => study.enqueue({ depth: 1 } as never)).toThrow('the space has no parameter "depth"');
    expect(study.trials).toEqual([]);
  });

  it('gets trials that failed, as often as wished', async () => {
    const study = createStudy({ space: lineSpace, retries: 2 });
    await study.optimize(({ number }) => (number < 3 ? NaN : number), { trials: 5 });
    const [first, second, third, fourth] = study.trials;
    expect(study.trials.map(({ state }) => state)).toEqual(['fail', 'fail', 'fail', 'complete', 'complete']);
    expect(second!.params).toEqual(first!.params);
    expect(third!.params).toEqual(first!.params);
    expect(third!.systemAttributes).toMatchObject({ failed_trial: 0, retry_history: [0, 1] });
    expect(fourth!.params).not.toEqual(first!.params);
  });
});

describe('known results', () => {
  it('are added as trials', () => {
    const study = createStudy({ space: mixed });
    study.addTrial({ params: { lr: 0.01, layers: 2, optimizer: 'adam', momentum: undefined }, values: 3 });
    expect(study.best).toMatchObject({ value: 3, params: { lr: 0.01, layers: 2, optimizer: 'adam' } });
    expect(study.encodedTrials[0]).toMatchObject({ state: 'complete', values: Float64Array.of(3) });
    expect(() =>
      study.addTrial({ params: { lr: 0.01, layers: 2, optimizer: 'sgd', momentum: undefined }, values: 3 }),
    ).toThrow('params must have all parameters');
  });
});

describe('what ask never does', () => {
  const broken: [string, Sampler['ask']][] = [
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
    ],
    ['gives too few coordinates', () => new Float64Array(1)],
    ['gives nothing', () => undefined as never],
  ];
  it.each(broken)('throws, if the sampler %s', (_name, ask) => {
    const study = createStudy({ space: mixed, sampler: { name: 'broken', ask } });
    const { params } = study.ask();
    expect(params.layers).toBeGreaterThanOrEqual(1);
    expect(study.trials[0]!.systemAttributes['approx-gp:sampler_error']).toMatch(/^sampler broken/);
  });

  it('gives points that the space does not have, whatever the sampler says', () => {
    const study = createStudy({
      space: { x: float(0, 1), n: int(1, 3), c: categorical(['a', 'b']), m: when('c', 'b', float(5, 6)) },
      sampler: listSampler([
        [-3, 9, 0.4, 0.5],
        [NaN, 0.5, 7, NaN],
      ]),
    });
    expect(study.ask().params).toEqual({ x: 0, n: 3, c: 'a' });
    const { params } = study.ask();
    expect(params).toMatchObject({ n: 2, c: 'b' });
    expect(params.m).toBeGreaterThanOrEqual(5);
    expect(params.x).toBeGreaterThanOrEqual(0);
  });

  it('gives points that the rule refuses', async () => {
    const study = createStudy({
      space: { a: float(0, 1), b: float(0, 1) },
      allow: ({ a, b }) => a + b <= 1,
      sampler: listSampler([
        [0.9, 0.9],
        [0.2, 0.3],
      ]),
    });
    await study.optimize(({ params: { a, b } }) => a + b, { trials: 20 });
    for (const { params } of study.trials) expect(params.a + params.b).toBeLessThanOrEqual(1);
    expect(study.trials[1]!.params).toEqual({ a: 0.2, b: 0.3 });
  });

  it('repeats points while there are others, if that is wished', async () => {
    const space = { n: int(1, 4), c: categorical(['a', 'b']) };
    const study = createStudy({ space, avoidDuplicates: true, sampler: listSampler([[0.1, 0]]) });
    await study.optimize(() => 0, { trials: 10 });
    const points = study.trials.map(({ params }) => `${params.n}${params.c}`);
    expect(new Set(points.slice(0, 8)).size).toBe(8);
    expect(points.slice(8)).toEqual(['1a', '1a']);
  });
});

describe('seeds', () => {
  const pointsOf = (seed: number | string, trials: number): number[] => {
    const study = createStudy({ space: lineSpace, seed, sampler: randomSampler() });
    return Array.from({ length: trials }, () => study.ask().params.x);
  };

  it('fix all points, trial by trial', () => {
    expect(pointsOf(3, 5)).toEqual(pointsOf(3, 7).slice(0, 5));
    expect(pointsOf(3, 5)).not.toEqual(pointsOf(4, 5));
    expect(pointsOf('3', 5)).not.toEqual(pointsOf(3, 5));
  });

  it('give every trial a stream of its own', () => {
    const draws = [1, 2].map(() => {
      const study = createStudy({ space: lineSpace, seed: 5 });
      return [study.ask().rng.uniform(), study.ask().rng.uniform()];
    });
    expect(draws[0]).toEqual(draws[1]);
    expect(draws[0]![0]).not.toBe(draws[0]![1]);
  });
});

describe('options', () => {
  const cases: [string, object, string][] = [
    ['a direction', { direction: 'up' }, 'direction must be one of "minimize", "maximize", got "up"'],
    ['both directions', { direction: 'minimize', directions: ['minimize'] }, 'not both'],
    ['no directions', { directions: [] }, 'at least one direction'],
    ['a name', { name: '' }, 'name must be a text'],
    ['a seed', { seed: 0.5 }, 'seed must be a safe integer or a text, got 0.5'],
    ['retries', { retries: -1 }, 'retries must be an integer of at least 0, got -1'],
    ['interrupted', { interrupted: 'stop' }, 'interrupted must be one of'],
  ];
  it.each(cases)('are refused: %s', (_name, options, message) => {
    expect(() => createStudy({ space: lineSpace, ...options })).toThrow(message);
  });
});

describe('pruning', () => {
  it('goes by the pruner, with what this run reported', async () => {
    const seen: number[][] = [];
    const pruner = {
      name: 'spy',
      shouldPrune: ({ trial }: { trial: { intermediates: readonly { step: number }[] } }) => {
        seen.push(trial.intermediates.map(({ step }) => step));
        return trial.intermediates.length === 2;
      },
    };
    const study = createStudy({ space: lineSpace, pruner });
    await study.optimize(
      (trial) => {
        expect(trial.shouldPrune()).toBe(false);
        for (const step of [5, 1, 7]) {
          trial.report(step, step);
          if (trial.shouldPrune()) throw new TrialPruned();
        }
        return 0;
      },
      { trials: 1 },
    );
    expect(seen).toEqual([[5], [1, 5]]);
    expect(study.trials[0]).toMatchObject({ state: 'pruned', values: [5] });
    expect(() => study.ask().report(-1, 0)).toThrow('step must be an integer of at least 0');
    expect(createStudy({ space: lineSpace, pruner: nopPruner() }).ask().shouldPrune()).toBe(false);
  });
});
