import { inputIndex, outputIndex, pairStatistics } from '@climate/m7-emulator/data';
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { describe, expect, it } from 'vitest';

/** Two rows that differ from zero where told. */
function twoRows(): { rows: number; inputs: Float64Array; outputs: Float64Array } {
  const inputs = new Float64Array(64);
  const outputs = new Float64Array(56);
  inputs[inputIndex('temperature')] = 200;
  inputs[32 + inputIndex('temperature')] = 300;
  inputs[inputIndex('BC_KI')] = 3;
  outputs[outputIndex('BC_KI')] = 1;
  outputs[outputIndex('BC_KS')] = 2;
  outputs[28 + outputIndex('water_AS')] = 4;
  return { rows: 2, inputs, outputs };
}

describe('pairStatistics', () => {
  it('means and deviations, of logarithms too', async () => {
    const { rows, inputs, targets } = await pairStatistics([twoRows()]);
    expect(rows).toBe(2);
    const temperature = inputs[inputIndex('temperature')]!;
    expect(temperature.mean).toBe(250);
    expect(temperature.sd).toBe(50);
    expect(temperature.logMean).toBeCloseTo((Math.log(200) + Math.log(300)) / 2, 9);
    expect(temperature.logSd).toBeCloseTo(Math.log(1.5) / 2, 9);
    expect(inputs[inputIndex('pressure')]!.logMean).toBeCloseTo(Math.log(1e-8), 9);
    expect(targets[outputIndex('BC_KI')]).toMatchObject({ mean: -1, sd: 1 });
    expect(targets[outputIndex('water_AS')]).toMatchObject({ mean: 2, sd: 2 });
  });

  it('asinh of changes over all columns of a species', async () => {
    const { asinhSd } = await pairStatistics([twoRows()]);
    // asinh(2) and asinh(−2) among eight values.
    expect(asinhSd.BC).toBeCloseTo(Math.asinh(2) / 2, 12);
    expect(asinhSd.DU).toBe(0);
  });

  it('counts wrong signs and lost mass', async () => {
    const good = await pairStatistics([twoRows()]);
    expect(good.wrongSigns.every((count) => count === 0)).toBe(true);
    expect(good.imbalance.BC).toBe(0);
    const bad = twoRows();
    bad.outputs[outputIndex('BC_KI')] = 4.5;
    bad.outputs[28 + outputIndex('water_KS')] = -1;
    const { wrongSigns, imbalance } = await pairStatistics([bad]);
    expect(wrongSigns[outputIndex('BC_KI')]).toBe(1);
    expect(wrongSigns[outputIndex('water_KS')]).toBe(1);
    expect(imbalance.BC).toBeCloseTo(3.5 / 3, 12);
  });

  it('does not depend on the chunks', async () => {
    const { inputs, outputs } = twoRows();
    const halves = [0, 1].map((row) => ({
      rows: 1,
      inputs: Float32Array.from(inputs.subarray(32 * row, 32 * row + 32)),
      outputs: outputs.subarray(28 * row, 28 * row + 28),
    }));
    expect(await pairStatistics(halves)).toEqual(await pairStatistics([twoRows()]));
  });

  it('reports progress', async () => {
    const seen: (readonly [number, number])[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => seen.push([done, total]);
    await pairStatistics([twoRows(), twoRows()], { onProgress });
    expect(seen.at(0)).toEqual([2, Infinity]);
    expect(seen.at(-1)).toEqual([4, 4]);
  });

  it('refuses nothing, half rows and a stop', async () => {
    await expect(pairStatistics([])).rejects.toThrow(InvalidArgumentError);
    await expect(pairStatistics([{ ...twoRows(), outputs: new Float64Array(3) }])).rejects.toThrow(
      ShapeError,
    );
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(pairStatistics([twoRows()], { signal })).rejects.toThrow('stopped');
  });
});
