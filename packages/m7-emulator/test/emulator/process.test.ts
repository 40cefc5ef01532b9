import { createRng } from '@pct/core';
import { compile, float64 } from '@pct/tensor';
import { createM7, processOutput } from '@climate/m7-emulator';
import { generatePairs, stateOfRows } from '@climate/m7-emulator/data';
import { beforeAll, describe, expect, it } from 'vitest';
import { inputIndex, outputCount, outputNames } from '../../src/data/columns.js';
import { coefficientCount, kernelLogs, sinkLogs } from '../../src/emulator/outputs/process/coefficients.js';
import { vehkamakiRate } from '../../src/emulator/outputs/process/vehkamaki.js';
import { targetOf } from '../../src/emulator/targets.js';
import { coagulatingPairs } from '../../src/m7/coagulation/kernel.js';
import { modeCount } from '../../src/m7/modes.js';
import { vehkamaki } from '../../src/m7/nucleation/vehkamaki.js';
import { sizeNames, sizes } from '../../src/emulator/transforms/sizes.js';
import { valuesOf, wildInputs, wildScaling } from './support.js';

const rows = 1500;
let inputs: Float64Array;
let outputs: Float64Array;
/** What a network would have to say for the coefficients of the box model. */
let raw: Float64Array;

beforeAll(async () => {
  for await (const chunk of generatePairs({ rows, seed: 7, edgeShare: 0 })) ({ inputs, outputs } = chunk);
  raw = new Float64Array(rows * coefficientCount);
  const host = {
    variant: 'ham2',
    water: 'kappa',
    nucleation: 'vehkamaki',
    organicNucleation: 'activation',
  } as const;
  const { ageing, nucleation } = createM7(host).processes;
  const log = (value: number, typical: number): number => (value > 0 ? Math.log(value) - typical : 0);
  let at = 0;
  const told = createM7({
    ...host,
    processes: {
      nucleation(cell) {
        sinkLogs.forEach((typical, mode) => {
          raw[at + kernelLogs.length + mode] = log(cell.sinks[mode]! / cell.number[mode]!, typical);
        });
        nucleation(cell);
      },
      ageing(cell) {
        coagulatingPairs.forEach(
          ([i, j], k) => (raw[at + k] = log(cell.kernel[i * modeCount + j]!, kernelLogs[k]!)),
        );
        at += coefficientCount;
        ageing(cell);
      },
    },
  });
  const { state, meteorology } = stateOfRows(inputs);
  told.step(state, meteorology, 450);
}, 60_000);

describe('sizes', () => {
  it('are finite for any amounts, and typical for modes that are not there', async () => {
    const wild = wildInputs(createRng(5), 60);
    const column = (name: Parameters<typeof inputIndex>[0]): number => inputIndex(name);
    for (let row = 0; row < 2; row++) {
      wild[row * 32 + column('n_KS')] = row === 0 ? 0 : 1e-5;
      for (const name of ['SO4_KS', 'BC_KS', 'OC_KS'] as const) wild[row * 32 + column(name)] = row;
    }
    const program = await compile(sizes, [float64('b', 32)], { runtime: 'onnxruntime-node' });
    const { data, shape } = await program.run({ data: wild, shape: [60, 32] });
    await program.dispose();
    expect(shape).toEqual([60, sizeNames.length]);
    expect(data.every(Number.isFinite)).toBe(true);
    const at = sizeNames.indexOf('size_KS');
    expect(data[at]).toBe(data[sizeNames.length + at]);
    // cm³ of a particle of about 10 nm.
    expect(Math.exp(data[at]!)).toBeGreaterThan(1e-18);
    expect(Math.exp(data[at]!)).toBeLessThan(1e-17);
  });
});

describe('processOutput', () => {
  it('is the box model, if it is given its coefficients', async () => {
    const values = await valuesOf(processOutput, raw, inputs, wildScaling(1));
    const guess = { inputs, outputs: values };
    for (let output = 0; output < outputCount; output++) {
      let [wrong, all] = [0, 0];
      for (let row = 0; row < rows; row++) {
        const truth = targetOf({ inputs, outputs }, row, output);
        wrong += (targetOf(guess, row, output) - truth) ** 2;
        all += truth ** 2;
      }
      expect([outputNames[output], wrong < 1e-12 * all]).toEqual([outputNames[output], true]);
    }
  });

  it('has the nucleation of the box model', async () => {
    const rng = createRng(1);
    const cells = 500;
    const gas = Float64Array.from({ length: cells }, () => 10 ** rng.uniform(3, 12));
    const temperature = Float64Array.from({ length: cells }, () => rng.uniform(185, 305));
    const humidity = Float64Array.from({ length: cells }, () => rng.uniform() ** 3);
    const program = await compile(vehkamakiRate, [float64('b', 1), float64('b', 1), float64('b', 1)], {
      runtime: 'interpreter',
    });
    const { rate, molecules } = await program.run(
      ...([gas, temperature, humidity].map((data) => ({ data, shape: [cells, 1] })) as never as [
        never,
        never,
        never,
      ]),
    );
    const out = new Float64Array(2);
    for (let cell = 0; cell < cells; cell++) {
      vehkamaki(gas[cell]!, temperature[cell]!, humidity[cell]!, out);
      expect(Math.abs(rate.data[cell]! - out[0]!)).toBeLessThanOrEqual(1e-9 * out[0]!);
      expect(Math.abs(molecules.data[cell]! / out[1]! - 1)).toBeLessThan(1e-9);
    }
  });
});
