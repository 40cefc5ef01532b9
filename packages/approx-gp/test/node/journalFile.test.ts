import { createStudy, float, memoryStorage, categorical } from '@hpo/approx-gp';
import { journalFile, type JournalRepair } from '@hpo/approx-gp/node';
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { lineSpace } from '../support.js';

const folder = mkdtempSync(join(tmpdir(), 'approx-gp-'));
let count = 0;
let file = '';
beforeEach(() => (file = join(folder, `${count++}.log`)));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker of this machine whose process ended: no process has this number. */
const deadWorker = `approx-gp:${hostname()}:4194305:1:dead`;

describe('a journal file', () => {
  it('keeps a study that goes on elsewhere', async () => {
    const study = createStudy({ space: lineSpace, storage: journalFile(file), seed: 4 });
    await study.optimize(({ params: { x } }) => x, { trials: 3 });
    study.setUserAttribute('what', 'a line');
    const again = createStudy({ space: lineSpace, storage: journalFile(pathToFileURL(file)) });
    expect(again.trials).toEqual(study.trials);
    expect(again.seed).toBe(4);
    expect(again.userAttributes).toEqual({ what: 'a line' });
    const [, twelve] = await Promise.all(
      [0, 12].map((trials) =>
        createStudy({ space: lineSpace, seed: 4 }).optimize(({ params: { x } }) => x, { trials }),
      ),
    );
    await again.optimize(({ params: { x } }) => x, { trials: 9 });
    expect(study.trials.map(({ value }) => value)).toEqual(twelve!.trials.map(({ value }) => value));
  });

  it('keeps several studies apart', () => {
    const storage = journalFile(file);
    const a = createStudy({ name: 'a', space: lineSpace, storage });
    const b = createStudy({
      name: 'b',
      space: { c: categorical(['u', 'v']) },
      storage,
      direction: 'maximize',
    });
    a.tell(a.ask(), 1);
    b.tell(b.ask(), 2);
    a.tell(a.ask(), 3);
    expect(a.trials.map(({ value }) => value)).toEqual([1, 3]);
    expect(b.trials.map(({ value }) => value)).toEqual([2]);
  });

  it('refuses to be another study than it is', () => {
    const storage = journalFile(file);
    createStudy({ space: lineSpace, storage, seed: 1, direction: 'maximize' });
    expect(() => createStudy({ space: lineSpace, storage, seed: 2 })).toThrow('has the seed 1, got 2');
    expect(() => createStudy({ space: lineSpace, storage, direction: 'minimize' })).toThrow(
      'has the directions maximize, got minimize',
    );
    expect(createStudy({ space: lineSpace, storage }).directions).toEqual(['maximize']);
  });

  it('refuses options that are none', () => {
    expect(() => journalFile(3 as never)).toThrow(InvalidArgumentError);
    expect(() => journalFile(file, { lockGraceMs: 0 })).toThrow(
      'lockGraceMs must be a finite number of at least 1',
    );
    expect(() => journalFile(join(folder, 'none', 'x.log'))).toThrow('ENOENT');
  });

  it('keeps numbers that JSON lacks, and any text', () => {
    const study = createStudy({ space: lineSpace, storage: journalFile(file) });
    const trial = study.ask();
    [NaN, Infinity, -Infinity, -0, 1e-320].forEach((value, step) => trial.report(step, value));
    trial.setUserAttribute('NaN', '"Infinity", \\NaN\u0000\n-Infinity ü 🎯');
    const again = createStudy({ space: lineSpace, storage: journalFile(file) });
    expect([...again.trials[0]!.intermediates.values()]).toEqual([NaN, Infinity, -Infinity, 0, 1e-320]);
    expect(again.trials[0]!.userAttributes).toEqual({ NaN: '"Infinity", \\NaN\u0000\n-Infinity ü 🎯' });
  });
});

describe('a torn last line', () => {
  it('is cut off and reported; nothing before it is lost', () => {
    const study = createStudy({ space: lineSpace, storage: journalFile(file) });
    study.tell(study.ask(), 1);
    const whole = readFileSync(file, 'utf8');
    const lines = whole.split('\n').slice(0, -1);
    const last = Buffer.from(`${lines.at(-1)!.slice(0, -1)},"note":"ü"}`);
    const before = whole.slice(0, whole.length - lines.at(-1)!.length - 1);
    for (let cut = 1; cut < last.length; cut += 7) {
      const torn = Buffer.concat([Buffer.from(before), last.subarray(0, cut)]);
      writeFileSync(file, torn);
      const repairs: JournalRepair[] = [];
      const storage = journalFile(file, { onRepair: (repair) => repairs.push(repair) });
      // Looking does not repair: whoever writes it may be about to finish.
      expect(storage.read(0).lines).toEqual(lines.slice(0, -1));
      const resumed = createStudy({ space: lineSpace, storage });
      expect(resumed.trials.map(({ state }) => state)).toEqual(['running']);
      expect(storage.repairs).toEqual(repairs);
      expect(repairs).toMatchObject([{ file, action: 'removed' }]);
      resumed.tell(0, 2);
      expect(readFileSync(file, 'utf8').startsWith(before)).toBe(true);
      expect(createStudy({ space: lineSpace, storage: journalFile(file) }).best?.value).toBe(2);
    }
  });

  it('that lacks its line end only is kept', () => {
    const study = createStudy({ space: lineSpace, storage: journalFile(file) });
    study.tell(study.ask(), 1);
    writeFileSync(file, readFileSync(file, 'utf8').trimEnd());
    const storage = journalFile(file);
    const resumed = createStudy({ space: lineSpace, storage });
    expect(storage.repairs).toMatchObject([{ action: 'completed' }]);
    expect(resumed.best?.value).toBe(1);
    expect(readFileSync(file, 'utf8').endsWith('}\n')).toBe(true);
  });

  it('in the middle is named', () => {
    createStudy({ space: lineSpace, storage: journalFile(file) });
    appendFileSync(file, '{"op_code":4,"wor{"op_code":4}\n{"op_code":4}\n');
    const open = () => createStudy({ space: lineSpace, storage: journalFile(file) });
    expect(open).toThrow(FileFormatError);
    expect(open).toThrow(`${file}, row 3: not a record of an Optuna journal`);
    writeFileSync(file, '[]\n');
    expect(open).toThrow('there is no op_code');
    writeFileSync(file, '{"op_code":0,"study_name":"x"}\n');
    expect(open).toThrow('there is no directions');
    writeFileSync(file, '{"op_code":99}\n\n{"op_code":99,"trial_id":3}\n');
    expect(open().trials).toEqual([]);
  });
});

describe('trials whose process died', () => {
  const interruptedJournal = (): void => {
    const study = createStudy({ space: lineSpace, storage: journalFile(file), seed: 6 });
    study.tell(study.ask(), 0.5);
    const trial = study.ask();
    trial.report(0, 1);
    trial.report(4, 1);
    const { worker } = JSON.parse(readFileSync(file, 'utf8').split('\n')[0]!) as { worker: string };
    expect(worker).toBeUndefined();
    const text = readFileSync(file, 'utf8');
    const { worker_id } = JSON.parse(text.split('\n')[0]!) as { worker_id: string };
    writeFileSync(file, text.replaceAll(worker_id, deadWorker));
  };

  it('are given out again, with the same number and parameters', () => {
    interruptedJournal();
    const study = createStudy({ space: lineSpace, storage: journalFile(file) });
    const { params } = study.trials[1]!;
    const steps: number[] = [];
    const other = createStudy({
      space: lineSpace,
      storage: journalFile(file),
      pruner: { name: 'spy', shouldPrune: ({ trial }) => steps.push(trial.intermediates.length) > 9 },
    });
    const trial = other.ask();
    expect([trial.number, trial.params]).toEqual([1, params]);
    trial.report(0, 2);
    trial.shouldPrune();
    expect(steps).toEqual([1]);
    // Somebody has it now, so nobody else gets it.
    expect(study.ask().number).toBe(2);
    expect(other.tell(trial, 3).state).toBe('complete');
  });

  it('are given up, if that is wished', () => {
    interruptedJournal();
    const study = createStudy({
      space: lineSpace,
      storage: journalFile(file),
      interrupted: 'fail',
      retries: 1,
    });
    const { params } = study.trials[1]!;
    const retried = study.ask();
    expect([retried.number, retried.params]).toEqual([2, params]);
    expect(study.trials[1]).toMatchObject({
      state: 'fail',
      systemAttributes: { fail_reason: 'the process that ran it ended' },
    });
  });

  it('of other machines and programs are left alone', () => {
    interruptedJournal();
    const text = readFileSync(file, 'utf8');
    for (const other of ['approx-gp:elsewhere:4194305:1:x', '66ce61b6-140219563101056']) {
      writeFileSync(file, text.replaceAll(deadWorker, other));
      expect(createStudy({ space: lineSpace, storage: journalFile(file) }).ask().number).toBe(2);
    }
  });
});

describe('the lock', () => {
  it('of a dead process is broken at once', () => {
    const study = createStudy({ space: lineSpace, storage: journalFile(file, { lockGraceMs: 1e9 }) });
    writeFileSync(`${file}.lock`, deadWorker);
    study.tell(study.ask(), 1);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it("of somebody else is broken after the time of grace, Optuna's link too", () => {
    const study = createStudy({ space: lineSpace, storage: journalFile(file, { lockGraceMs: 20 }) });
    writeFileSync(`${file}.lock`, '');
    study.ask();
    symlinkSync(file, `${file}.lock`);
    study.ask();
    expect(study.trials.length).toBe(2);
    expect(existsSync(`${file}.lock`)).toBe(false);
    utimesSync(file, new Date(), new Date());
  });
});

describe('a text in memory', () => {
  it('is a journal too', () => {
    const storage = memoryStorage();
    const study = createStudy({ space: { x: float(0, 1) }, storage, seed: 'text' });
    study.tell(study.ask(), 1);
    const { params } = study.ask();
    const copy = createStudy({
      space: { x: float(0, 1) },
      storage: memoryStorage(`${storage.toText()}{"op_c`),
    });
    expect(copy.trials).toEqual(study.trials);
    // In the copy nobody runs it any more.
    expect(copy.ask().params).toEqual(params);
    writeFileSync(file, storage.toText());
    expect(createStudy({ space: { x: float(0, 1) }, storage: journalFile(file) }).trials).toEqual(
      study.trials,
    );
  });
});
