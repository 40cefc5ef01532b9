import { describe, expect, it } from 'vitest';
import {
  createEmulator,
  createM7,
  evaluateEmulation,
  type M7State,
  numberOf,
  pretrainedEmulator,
  totalOf,
} from '@climate/m7-emulator';
import { conservedSpecies, generatePairs, stateOfRows } from '@climate/m7-emulator/data';

const engine = { runtime: 'onnxruntime-node', threads: 1 } as const;

async function pairsOf(rows: number) {
  for await (const { inputs, outputs } of generatePairs({ rows, split: 'test', seed: 99, edgeShare: 0 })) {
    return { inputs, outputs };
  }
  throw new Error('no pairs');
}

const median = (values: ArrayLike<number>): number => Float64Array.from(values).sort()[values.length >> 1]!;

describe('pretrainedEmulator', { timeout: 120_000 }, () => {
  it('knows air that it has not seen', async () => {
    const pairs = await pairsOf(1000);
    const model = await pretrainedEmulator();
    expect(model.notes['card']).toContain('Trained on');
    const emulator = await createEmulator(model, engine);
    const { values, spread } = await emulator.predict(pairs.inputs);
    await emulator.dispose();
    const metrics = evaluateEmulation(pairs, values, model.scaling.target);
    expect(median(metrics.r2)).toBeGreaterThan(0.98);
    expect(metrics.meanLogR2).toBeGreaterThan(0.97);
    expect(metrics.worstMassError).toBeLessThan(1e-12);
    expect(metrics.negativeFraction).toBe(0);
    // It says which of its own answers are worse.
    const ofOutput = (all: Float64Array, output: number): Float64Array =>
      all.filter((_, at) => at % 28 === output);
    const errors = ofOutput(
      values.map((value, at) => Math.abs(value - pairs.outputs[at]!)),
      2,
    );
    const told = ofOutput(spread!, 2);
    const middle = median(told);
    const [sure, unsure] = [true, false].map((low) =>
      median(errors.filter((_, row) => told[row]! < middle === low)),
    );
    expect(unsure).toBeGreaterThan(2 * sure!);
  });

  it('stays near M7 over 48 hours of its own outputs, conservative and within bounds', async () => {
    const { inputs } = await pairsOf(24);
    const { state, meteorology } = stateOfRows(inputs);
    const emulator = await createEmulator(await pretrainedEmulator(), engine);
    const m7 = createM7();
    let [truth, said]: [M7State, M7State] = [state, state];
    const steps = (48 * 3600) / 450;
    for (let step = 0; step < steps; step++) {
      truth = m7.step(truth, meteorology, 450);
      said = await emulator.step(said, meteorology, 450);
    }
    await emulator.dispose();
    for (const species of conservedSpecies) {
      const start = totalOf(state, species);
      totalOf(said, species).forEach((value, cell) => {
        const made = species === 'SO4' ? meteorology.h2so4Production[cell]! * 450 * steps : 0;
        expect(Math.abs(value - start[cell]! - made)).toBeLessThanOrEqual(1e-9 * (start[cell]! + made));
      });
    }
    expect(
      [...said.mass, ...said.number, ...said.h2so4].every((value) => value >= 0 && value < Infinity),
    ).toBe(true);
    for (const [mode, factor] of [
      ['KS', 1.05],
      ['AS', 1.02],
      ['CS', 1.02],
      ['KI', 1.1],
    ] as const) {
      const box = numberOf(truth, mode);
      const ratios = Array.from(numberOf(said, mode), (value, cell) =>
        Math.abs(Math.log(value / box[cell]!)),
      );
      const known = ratios.filter((_, cell) => box[cell]! > 1e-2);
      expect(Math.exp(median(known))).toBeLessThan(factor);
    }
  });
});
