import { categorical, createStudy, float, int, when, type Study, type Space } from '@hpo/approx-gp';
import { journalFile } from '@hpo/approx-gp/node';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'approx-gp-optuna-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/optuna/${name}`, import.meta.url));

interface Described {
  readonly number: number;
  readonly state: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly values: readonly number[] | null;
  readonly intermediates: readonly (readonly [number, string])[];
  readonly constraints: readonly number[];
  readonly userAttributes: unknown;
}
interface DescribedStudy {
  readonly directions: readonly string[];
  readonly userAttributes: unknown;
  readonly trials: readonly Described[];
  readonly best: readonly number[];
}

const mixed = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 8, { log: true }),
  width: int(16, 64, { step: 16 }),
  dropout: float(0, 0.5, { step: 0.1 }),
  optimizer: categorical(['adam', 'sgd', null]),
  momentum: when('optimizer', 'sgd', float(0, 0.99)),
};

/** A study as the Python scripts describe one. */
function describeStudy<S extends Space>(study: Study<S>): Omit<DescribedStudy, 'best'> {
  const python = (value: number): string =>
    Number.isNaN(value) ? 'nan' : value === Infinity ? 'inf' : String(value);
  return {
    directions: [...study.directions],
    userAttributes: study.userAttributes,
    trials: study.trials.map((trial) => ({
      number: trial.number,
      state: trial.state,
      params: trial.params,
      values: trial.values === undefined ? null : [...trial.values],
      intermediates: [...trial.intermediates]
        .sort(([a], [b]) => a - b)
        .map(([step, value]) => [step, python(value)]),
      constraints: [...(trial.constraints ?? [])],
      userAttributes: trial.userAttributes,
    })),
  };
}

/** Python writes 2.0 and 1e-05 where JavaScript writes 2 and 0.00001. */
function asNumbers({ directions, userAttributes, trials }: Omit<DescribedStudy, 'best'>): unknown {
  const numbers = trials.map((trial) => ({
    ...trial,
    intermediates: trial.intermediates.map(([step, value]) => [
      step,
      Number(value.replace('inf', 'Infinity')),
    ]),
  }));
  return { directions, userAttributes, trials: numbers };
}

describe('a journal by Optuna', () => {
  const { studies } = JSON.parse(readFileSync(fixture('study.json'), 'utf8')) as {
    studies: Record<string, DescribedStudy>;
  };
  const copy = (): string => {
    const file = join(folder, 'copy.log');
    copyFileSync(fixture('study.log'), file);
    return file;
  };

  it('says here what it says there', () => {
    const storage = journalFile(copy());
    const study = createStudy({ name: 'mixed', space: mixed, storage });
    expect(asNumbers(describeStudy(study))).toEqual(asNumbers(studies['mixed']!));
    expect([study.best!.number]).toEqual(studies['mixed']!.best);
    const front = createStudy({ name: 'front', space: { x: float(-1, 1), y: float(-1, 1) }, storage });
    expect(asNumbers(describeStudy(front))).toEqual(asNumbers(studies['front']!));
    expect(front.paretoFront.map(({ number }) => number)).toEqual(studies['front']!.best);
  });

  it('goes on here: queue, sampler and pruner know its trials', () => {
    const study = createStudy({ name: 'mixed', space: mixed, storage: journalFile(copy()) });
    const before = study.trials.length;
    expect(study.encodedTrials.map(({ state }) => state)).toEqual([
      ...['complete', 'complete', 'complete', 'pruned', 'failed', 'failed'],
      ...new Array<string>(6).fill('complete'),
      // Complete without all parameters, running without them, waiting.
      ...['ignored', 'ignored', 'ignored'],
    ]);
    const queued = study.ask();
    expect(queued).toMatchObject({ number: 14, params: { lr: 0.02, layers: 3 } });
    expect(study.tell(queued, 1).state).toBe('complete');
    expect(study.ask().number).toBe(before);
  });
});

const python = process.env['PYTHON'] ?? 'python3';
const hasOptuna =
  spawnSync(python, ['-c', 'import optuna; assert int(optuna.__version__.split(".")[0]) >= 4']).status === 0;

describe.skipIf(!hasOptuna)(`with Optuna itself (needs optuna 4 or later in ${python})`, () => {
  it('a study from here opens there, goes on there and comes back', async () => {
    const file = join(folder, 'ours.log');
    const study = createStudy({
      name: 'mixed',
      space: mixed,
      direction: 'maximize',
      storage: journalFile(file),
    });
    study.setUserAttribute('note', { a: [1, null, 'ü'] });
    study.enqueue({ optimizer: 'sgd' });
    await study.optimize(
      (trial) => {
        trial.report(0, 0.5);
        trial.report(2, NaN);
        trial.setUserAttribute('seen', true);
        trial.setConstraints([trial.number - 6, -1]);
        return trial.number === 3 ? NaN : trial.params.lr;
      },
      { trials: 8 },
    );
    study.enqueue({ lr: 0.03, optimizer: null });
    const { status, stdout, stderr } = spawnSync(python, [fixture('continue_journal.py'), file], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { before, after } = JSON.parse(stdout) as { before: DescribedStudy; after: DescribedStudy };
    const described = asNumbers(describeStudy(study)) as DescribedStudy;
    expect(asNumbers(after)).toEqual(described);
    expect(asNumbers(before)).toEqual({
      ...described,
      trials: [
        ...described.trials.slice(0, 8),
        { ...described.trials[8]!, ...{ state: 'waiting', params: {}, values: null, userAttributes: {} } },
      ],
    });
    expect(after.best).toEqual([study.best!.number]);
    expect(study.trials[8]).toMatchObject({
      state: 'complete',
      params: { lr: 0.03, optimizer: null },
      value: 0.03,
    });
    expect(study.trials.length).toBe(12);
  }, 60_000);
});
