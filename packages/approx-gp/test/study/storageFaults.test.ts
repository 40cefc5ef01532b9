import { createStudy, memoryStorage, type Storage } from '@hpo/approx-gp';
import { describe, expect, it } from 'vitest';
import { lineSpace } from '../support.js';

/** A storage in memory that refuses what `isDown` says. */
function unreliable(isDown: (lines: readonly string[]) => boolean): Storage {
  const storage = memoryStorage();
  return {
    ...storage,
    exclusively: (work) =>
      storage.exclusively((append) =>
        work((lines) => {
          if (isDown(lines)) throw new Error('the server went away');
          append(lines);
        }),
      ),
  };
}

describe('a study whose storage fails', () => {
  it('does not make a trial fail whose result could not be kept, and takes it up again', async () => {
    let down = true;
    const storage = unreliable((lines) => down && lines.some((line) => line.includes('"values":[')));
    const study = createStudy({ space: lineSpace, storage });
    const asked: number[] = [];
    const objective = ({ number, params: { x } }: { number: number; params: { x: number } }): number => {
      asked.push(number);
      return x;
    };
    await expect(study.optimize(objective, { trials: 3 })).rejects.toThrow('the server went away');
    expect(study.trials.map(({ state }) => state)).toEqual(['running']);
    down = false;
    await study.optimize(objective, { trials: 2 });
    expect(asked).toEqual([0, 0, 1]);
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete']);
  });

  it('goes on when another worker has ended a trial of its own', async () => {
    const storage = memoryStorage();
    const study = createStudy({ space: lineSpace, storage });
    const other = createStudy({ space: lineSpace, storage });
    await study.optimize(
      ({ number }) => {
        if (number === 1) other.tell(number, 7);
        if (number === 2) {
          other.tell(number, 8);
          throw new Error('too late');
        }
        return number;
      },
      { trials: 4 },
    );
    expect(study.trials.map(({ value }) => value)).toEqual([0, 7, 8, 3]);
  });
});
