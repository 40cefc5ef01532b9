import { createStudy, type Storage } from '@hpo/approx-gp';
import { expect, it } from 'vitest';
import { lineSpace } from '../../support.js';

/**
 * What every storage that others share does.
 *
 * @param openNew - a journal of its own: each call of what it gives opens the same one
 */
export function testSharedStorage(openNew: () => () => Storage): void {
  it('gives back the lines that it got, from any place on', () => {
    const storage = openNew()();
    expect(storage.read(0).lines).toEqual([]);
    const lines = ['{"a":1}', '{"text":"ü 🎯 \\n\\u0000"}', '{"b":"$-1"}'];
    storage.exclusively((append) => append(lines.slice(0, 1)));
    const { next } = storage.read(0);
    storage.exclusively((append) => {
      append(lines.slice(1, 2));
      append([]);
      append(lines.slice(2));
    });
    expect(storage.read(0).lines).toEqual(lines);
    expect(storage.read(next).lines).toEqual(lines.slice(1));
    expect(storage.read(storage.read(next).next).lines).toEqual([]);
  });

  it('shows own lines to who holds it, and everything to everybody afterwards', () => {
    const open = openNew();
    const [one, other] = [open(), open()];
    one.exclusively((append) => append(['{"a":1}', '{"a":2}']));
    const seen = other.exclusively((append) => {
      const { next } = other.read(0);
      append(['{"a":3}']);
      append(['{"a":4}', '{"a":5}']);
      return other.read(next).lines;
    });
    expect(seen).toEqual(['{"a":3}', '{"a":4}', '{"a":5}']);
    expect(one.read(0)).toEqual(other.read(0));
  });

  it('is free again after an error', () => {
    const open = openNew();
    const storage = open();
    expect(() =>
      storage.exclusively(() => {
        throw new RangeError('an accident');
      }),
    ).toThrow(RangeError);
    open().exclusively((append) => append(['{}']));
    expect(storage.read(0).lines).toEqual(['{}']);
  });

  it('takes thousands of lines at once', () => {
    const open = openNew();
    const lines = Array.from({ length: 2500 }, (_, index) =>
      JSON.stringify({ index, text: 'x'.repeat(index % 200) }),
    );
    open().exclusively((append) => append(lines));
    expect(open().read(0).lines).toEqual(lines);
    expect(open().exclusively(() => open().read(0).lines.length)).toBe(2500);
  });

  it('knows who works', () => {
    const open = openNew();
    const [one, other] = [open(), open()];
    expect(one.worker).not.toBe(other.worker);
    expect([one, other].map(({ worker }) => one.isAlive(worker))).toEqual([true, true]);
    // A program that does not say.
    expect(one.isAlive('66ce61b6-140219563101056')).toBe(true);
  });

  it('keeps a study that goes on elsewhere', async () => {
    const open = openNew();
    const study = createStudy({ space: lineSpace, storage: open(), seed: 4 });
    await study.optimize(({ params: { x } }) => x, { trials: 3 });
    const again = createStudy({ space: lineSpace, storage: open() });
    expect(again.trials).toEqual(study.trials);
    again.tell(again.ask(), 7);
    expect(study.trials.map(({ value }) => value).slice(3)).toEqual([7]);
    expect(again.seed).toBe(4);
  });
}
