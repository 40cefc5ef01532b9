import {
  categorical,
  createStudy,
  float,
  hyperbandPruner,
  int,
  nopPruner,
  randomSampler,
  when,
  type Pruner,
} from '@hpo/approx-gp';
import { digitsSpace, digitsTable, gridOf } from '@hpo/approx-gp/tables';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';

describe('a grid', () => {
  it('has every point once, the last parameter changing fastest', () => {
    expect(gridOf({ n: int(1, 2), c: categorical(['a', 'b']), x: float(0, 1, { step: 0.5 }) })).toEqual(
      [1, 2].flatMap((n) => ['a', 'b'].flatMap((c) => [0, 0.5, 1].map((x) => ({ n, c, x })))),
    );
  });

  it('needs steps', () => {
    expect(() => gridOf({ a: int(1, 2), x: float(0, 1) })).toThrow(InvalidArgumentError);
    expect(() => gridOf({ a: int(1, 2), x: float(0, 1) })).toThrow(
      'gridOf: parameter "x" must have steps or choices and no condition',
    );
    expect(() => gridOf({ c: categorical([1]), x: when('c', 1, int(0, 1)) })).toThrow('parameter "x"');
  });
});

describe('the table of digits', () => {
  const table = digitsTable();
  const grid = gridOf(digitsSpace);

  it('has a learning curve for every point of its space', () => {
    expect([table.size, table.epochs]).toEqual([2560, 27]);
    expect(grid.length).toBe(table.size);
    let least = Infinity;
    let diverged = 0;
    for (const params of grid) {
      const curve = table.curve(params);
      const end = curve.findIndex(Number.isNaN);
      // Shares of 2000 digits.
      const isShare = (error: number): boolean =>
        error > 0 && error < 1 && Math.round(error * 2000) / 2000 === error;
      expect((end === -1 ? curve : curve.subarray(0, end)).every(isShare)).toBe(true);
      if (end === -1) {
        least = Math.min(least, curve.at(-1)!);
        // The test digits are others, but of the same kind: three standard errors and a little.
        expect(Math.abs(table.testError(params) - curve.at(-1)!)).toBeLessThan(0.06);
      } else {
        diverged++;
        expect(curve.subarray(end).every(Number.isNaN)).toBe(true);
        expect(table.testError(params)).toBeNaN();
      }
    }
    expect(table.minimum).toBe(least);
    expect(least).toBeLessThan(0.11);
    expect(diverged).toBe(0);
  });

  it('is an objective whose trials report every epoch', async () => {
    const study = createStudy({ space: table.space, sampler: randomSampler(), pruner: nopPruner() });
    await study.optimize(table.objective, { trials: 12 });
    for (const { state, params, intermediates, value } of study.trials) {
      const curve = table.curve(params);
      if (state === 'fail') expect(curve.at(-1)).toBeNaN();
      else {
        expect([...intermediates]).toEqual([...curve].map((error, index) => [index + 1, error]));
        expect(value).toBe(curve.at(-1));
      }
    }
    expect(study.best!.value).toBeGreaterThanOrEqual(table.minimum);
  });

  it('lets pruners save epochs, but not after the last one', async () => {
    const epochs = async (pruner: Pruner): Promise<{ spent: number; best: number }> => {
      const study = createStudy({ space: table.space, sampler: randomSampler(), pruner, seed: 1 });
      await study.optimize(table.objective, { trials: 120, maxErrors: Infinity });
      const spent = study.trials.reduce((sum, { intermediates }) => sum + intermediates.size, 0);
      for (const { state, intermediates } of study.trials) {
        if (state === 'pruned') expect(intermediates.size).toBeLessThan(table.epochs);
      }
      return { spent, best: study.best!.value! };
    };
    const all = await epochs(nopPruner());
    const some = await epochs(hyperbandPruner({ maxResource: table.epochs }));
    expect(some.spent).toBeLessThan(0.6 * all.spent);
    expect(some.best).toBeLessThan(1.25 * all.best);
  });

  it('refuses points that are not in it', () => {
    expect(() => table.curve({ ...grid[0]!, logRate: 0.1 })).toThrow(InvalidArgumentError);
    expect(() => table.testError({ ...grid[0]!, keep: 0.5 })).toThrow('params must be a point of the grid');
  });
});
