import { categorical, createStudy, float, int, parameterImportances, randomSampler } from '@hpo/approx-gp';
import { describe, expect, it } from 'vitest';

const space = { x: float(0, 1), y: float(0, 1), c: categorical(['a', 'b', 'c', 'd']), idle: int(1, 9) };

describe('importances', () => {
  it('are the shares of variance of an additive function', async () => {
    const study = createStudy({ space, sampler: randomSampler() });
    await study.optimize(({ params: { x, y, c } }) => 3 * x + y + (c === 'b' ? 1 : 0), { trials: 250 });
    const shares = new Map(parameterImportances(study).map(({ name, share }) => [name, share]));
    // Variances: 9/12, 1/12 and 3/16.
    const total = 9 / 12 + 1 / 12 + 3 / 16;
    expect(shares.get('x')).toBeCloseTo(9 / 12 / total, 1);
    expect(shares.get('c')).toBeCloseTo(3 / 16 / total, 1);
    expect(shares.get('y')).toBeCloseTo(1 / 12 / total, 1);
    expect(shares.get('idle')).toBeLessThan(0.02);
    expect(parameterImportances(study).map(({ name }) => name)).toEqual(['x', 'c', 'y', 'idle']);
    expect(parameterImportances(study, { seed: 1 })).not.toEqual(parameterImportances(study));
    expect(parameterImportances(study)).toEqual(parameterImportances(study));
  });

  it('leave interactions to nobody', async () => {
    const study = createStudy({ space, sampler: randomSampler() });
    await study.optimize(({ params: { x, y } }) => (x - 0.5) * (y - 0.5), { trials: 200 });
    for (const { share } of parameterImportances(study)) expect(share).toBeLessThan(0.2);
  });

  it('are 0 where nothing is known', async () => {
    const study = createStudy({ space, sampler: randomSampler(), directions: ['minimize', 'maximize'] });
    await study.optimize(({ params: { x } }) => [1, Number.MAX_VALUE * x], { trials: 3 });
    expect(parameterImportances(study).map(({ share }) => share)).toEqual([0, 0, 0, 0]);
    await study.optimize(({ params: { x } }) => [1, Number.MAX_VALUE * x], { trials: 40 });
    expect(parameterImportances(study).map(({ share }) => share)).toEqual([0, 0, 0, 0]);
    expect(parameterImportances(study, { objective: 1 })[0]).toMatchObject({ name: 'x' });
    expect(() => parameterImportances(study, { objective: 2 })).toThrow(
      'objective must be an integer from 0 to 1',
    );
  });
});
