import { createM7, massOf, numberOf, runM7, stateFromCells, totalOf } from '@climate/m7-emulator/m7';
import { InvalidArgumentError, type Progress } from '@pct/core';
import { describe, expect, it } from 'vitest';

const air = { pressure: 9e4, temperature: 285, relativeHumidity: 0.6, h2so4Production: 2e4 };
const start = stateFromCells([
  { h2so4: 1e6, SO4: { KS: 4e8, AS: 5e9 }, OC: { AS: 1 }, number: { KS: 900, AS: 250 } },
  { SO4: { AS: 1e9 }, number: { AS: 100 } },
]);

describe('runM7', () => {
  it('is a sequence of steps', async () => {
    const model = createM7();
    const result = await runM7(model, start, { duration: 1350, meteorology: air });
    let expected = model.step(start, air, 450);
    expected = model.step(expected, air, 450);
    expected = model.step(expected, air, 450);
    expect(result).toEqual(expected);
  });

  it('shortens the last step, and tells times', async () => {
    const times: number[] = [];
    const lengths: number[] = [];
    await runM7(createM7(), start, {
      duration: 1000,
      dt: 400,
      meteorology: (time) => ({ ...air, temperature: 285 + time / 1000 }),
      emissions: (_state, dt) => lengths.push(dt),
      onStep: (_result, time) => times.push(time),
    });
    expect(times).toEqual([400, 800, 1000]);
    expect(lengths).toEqual([400, 400, 200]);
  });

  it('makes no step of a rounding error', async () => {
    let steps = 0;
    await runM7(createM7(), start, { duration: 0.3, dt: 0.1, meteorology: air, onStep: () => (steps += 1) });
    expect(steps).toBe(3);
  });

  it('adds emissions and takes deposition', async () => {
    const result = await runM7(createM7(), start, {
      duration: 4500,
      meteorology: air,
      emissions: (state, dt) => {
        massOf(state, 'BC_KI')[0]! += 1e-4 * dt;
        numberOf(state, 'KI')[0]! += 0.5 * dt;
      },
      deposition: (after) => massOf(after, 'OC_AS').forEach((mass, cell, all) => (all[cell] = mass / 2)),
    });
    expect(totalOf(result, 'BC')[0]).toBeCloseTo(0.45, 12);
    expect(totalOf(result, 'BC')[1]).toBe(0);
    expect(massOf(result, 'OC_AS')[0]).toBeLessThan(2 ** -9);
    expect(totalOf(start, 'OC')[0]).toBe(1);
  });

  it('reports progress and stops on request', async () => {
    const reports: Progress[] = [];
    await runM7(createM7(), start, { duration: 4500, meteorology: air, onProgress: (p) => reports.push(p) });
    expect(reports.at(-1)).toMatchObject({ done: 10, total: 10 });
    const abort = new AbortController();
    const run = runM7(createM7(), start, {
      duration: 45000,
      meteorology: air,
      signal: abort.signal,
      onStep: (_, time) => {
        if (time === 900) abort.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
  });

  it('refuses nonsense', async () => {
    const model = createM7();
    const refused = runM7(model, start, { duration: -1, meteorology: air });
    await expect(refused).rejects.toThrow(InvalidArgumentError);
    await expect(refused).rejects.toThrow(/runM7: duration must be a finite number above 0, got -1/);
    await expect(runM7(model, start, { duration: 9, dt: 0, meteorology: air })).rejects.toThrow(/runM7: dt/);
    const overDeposited = runM7(model, start, {
      duration: 900,
      meteorology: air,
      deposition: (after) => numberOf(after, 'AS').fill(-1),
    });
    await expect(overDeposited).rejects.toThrow(/step: number of AS in cell 0/);
  });
});
