import {
  createStudy,
  float,
  gpSampler,
  memoryStorage,
  randomSampler,
  when,
  categorical,
  type Sampler,
  type Storage,
} from '@hpo/approx-gp';
import { describe, expect, it } from 'vitest';
import { lineSpace } from '../support.js';

const plane = { x: float(-2, 2), y: float(-2, 2) };
const valley = ({ x, y }: { x: number; y: number }): number => (x - 0.3) ** 2 + 3 * (y - x * x) ** 2;
const sampler = (): Sampler =>
  gpSampler({ startupTrials: 4, candidates: 64, climbs: 2, refit: { kind: 'geometric', factor: 1.4 } });

/** Points of a study that is continued in a new object whenever so many trials are there. */
async function pointsWithBreaks(
  breaks: readonly number[],
  trials: number,
  recall = true,
): Promise<unknown[]> {
  let text = '';
  for (const end of [...breaks, trials]) {
    const storage = memoryStorage(text);
    const study = createStudy({ space: plane, seed: 3, sampler: sampler(), storage, recall });
    await study.optimize(
      (trial) => {
        if (trial.number === 9) throw new Error('an accident');
        return valley(trial.params);
      },
      { trials: end - study.trials.length },
    );
    text = storage.toText();
  }
  return createStudy({ space: plane, storage: memoryStorage(text) }).trials.map(({ params }) => params);
}

describe('a study with a Gaussian process that is continued', () => {
  it('has the same points, to the last bit, as one that was never interrupted', async () => {
    const whole = await pointsWithBreaks([], 26);
    expect(await pointsWithBreaks([2, 5, 13, 14], 26)).toEqual(whole);
    expect(await pointsWithBreaks([20], 26)).toEqual(whole);
    // It takes the memory of what was asked: without it the points are others, if good ones.
    expect(await pointsWithBreaks([20], 26, false)).not.toEqual(whole);
  });

  it('goes on as it would have after a trial that was cut off, whose parameters were kept or not', async () => {
    const whole = await pointsWithBreaks([], 16);
    const storage = memoryStorage();
    const study = createStudy({ space: plane, seed: 3, sampler: sampler(), storage });
    await study.optimize(
      (trial) => {
        if (trial.number === 9) throw new Error('an accident');
        return valley(trial.params);
      },
      { trials: 12 },
    );
    study.ask();
    const lines = storage.toText().split('\n').slice(0, -1);
    const made = lines.findLastIndex((line) => line.startsWith('{"op_code":4'));
    for (const kept of [lines.length, made + 1]) {
      const text = lines.slice(0, kept).join('\n') + '\n';
      const again = createStudy({ space: plane, sampler: sampler(), storage: memoryStorage(text) });
      expect(again.trials.at(-1)).toMatchObject({ number: 12, state: 'running' });
      await again.optimize(({ params }) => valley(params), { trials: 4 });
      expect(again.trials.map(({ params }) => params)).toEqual(whole);
    }
  });

  it('with constraints, several objectives and a queue has the same points too', async () => {
    const space = { ...plane, kind: categorical(['a', 'b']), z: when('kind', 'b', float(0, 1)) };
    const run = async (breaks: readonly number[]): Promise<unknown[]> => {
      let text = '';
      for (const end of [...breaks, 14]) {
        const storage = memoryStorage(text);
        const study = createStudy({
          ...{ space, seed: 5, sampler: sampler(), storage, directions: ['minimize', 'maximize'] },
        });
        if (end === breaks[0]) {
          study.enqueue({ x: 1 });
          study.enqueue({ x: 0.5, y: 0.5, kind: 'a' });
        }
        await study.optimize(
          (trial) => {
            const { x, y, z = 0 } = trial.params;
            trial.setConstraints([x + y - 2]);
            return [x * x + z, y];
          },
          { trials: end - study.trials.filter(({ state }) => state !== 'waiting').length },
        );
        text = storage.toText();
      }
      return createStudy({ space, storage: memoryStorage(text) }).trials.map(({ params }) => params);
    };
    expect(await run([1, 3, 11])).toEqual(await run([1]));
  });
});

describe('what a sampler is told of earlier questions', () => {
  it('is what it would have been asked, once, before its first question', async () => {
    const storage = memoryStorage();
    const seen: string[] = [];
    const spy = (): Sampler => {
      const note =
        (what: string) =>
        ({ number, trials, version }: { number: number; trials: readonly unknown[]; version: number }) => {
          seen.push(`${what} ${number} ${trials.length} ${version}`);
        };
      return {
        name: 'spy',
        ask: (context) => {
          note('ask')(context);
          return Float64Array.of(0.5);
        },
        recall: note('recall'),
      };
    };
    const first = createStudy({ space: lineSpace, storage, sampler: spy() });
    first.enqueue({ x: 0.25 });
    await first.optimize(({ params: { x } }) => x, { trials: 3 });
    first.addTrial({ params: { x: 0.75 }, values: 1 });
    const asked = seen.splice(0);
    expect(asked.map((text) => text.split(' ')[1])).toEqual(['1', '2']);
    const second = createStudy({ space: lineSpace, storage, sampler: spy() });
    await second.optimize(({ params: { x } }) => x, { trials: 2 });
    expect(seen.slice(0, 2)).toEqual(asked.map((text) => text.replace('ask', 'recall')));
    expect(seen.slice(2).map((text) => text.split(' ')[0])).toEqual(['ask', 'ask']);
  });

  it('ends no study if the sampler cannot take it', () => {
    const storage = memoryStorage();
    createStudy({ space: lineSpace, storage, sampler: randomSampler() }).ask();
    const sampler: Sampler = {
      name: 'forgetful',
      ask: () => Float64Array.of(0.5),
      recall: () => {
        throw new Error('what?');
      },
    };
    expect(createStudy({ space: lineSpace, storage, sampler }).ask().params.x).toBe(0.5);
  });
});

describe('a sampler that thinks', () => {
  /** A storage that says whether it is held. */
  const watched = (): Storage & { held: boolean } => {
    const inner = memoryStorage();
    const storage: Storage & { held: boolean } = {
      ...inner,
      held: false,
      exclusively: (work) => {
        storage.held = true;
        try {
          return inner.exclusively(work);
        } finally {
          storage.held = false;
        }
      },
    };
    return storage;
  };

  it('does not hold the storage', () => {
    const storage = watched();
    const held: boolean[] = [];
    const sampler: Sampler = {
      name: 'slow',
      ask: () => {
        held.push(storage.held);
        return Float64Array.of(0.5);
      },
    };
    const study = createStudy({ space: lineSpace, storage, sampler });
    study.ask();
    study.enqueue({});
    study.ask();
    expect(held).toEqual([false, false]);
  });

  it('is asked again if others began trials meanwhile, but not for ever', () => {
    const storage = memoryStorage();
    let others = 1;
    const other = createStudy({ space: lineSpace, storage, sampler: randomSampler() });
    const pending: number[] = [];
    const sampler: Sampler = {
      name: 'interrupted',
      ask: ({ trials }) => {
        pending.push(trials.filter(({ state }) => state === 'pending').length);
        if (others-- > 0) other.ask();
        return Float64Array.of(0.5);
      },
    };
    const study = createStudy({ space: lineSpace, storage, sampler });
    const { number } = study.ask();
    expect(pending.splice(0)).toEqual([0, 1]);
    expect(study.trials.map(({ params }) => params.x !== undefined)).toEqual([true, true]);
    expect(study.trials[number]!.params.x).toBe(0.5);
    others = Infinity;
    study.ask();
    expect(pending).toEqual([2, 3, 4]);
  });
});
