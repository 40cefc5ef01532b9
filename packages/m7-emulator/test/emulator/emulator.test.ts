import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  copyState,
  createEmulator,
  createM7,
  createResult,
  createState,
  type Emulator,
  type EmulatorModel,
  massOf,
  type Meteorology,
  numberOf,
  runEmulator,
  totalOf,
  trainEmulator,
} from '@climate/m7-emulator';
import { constant } from '@pct/tensor';
import { outputRows, stateOfRows } from '../../src/data/rows.js';
import { randomBlock } from '../blocks.js';
import { randomPairs } from './support.js';

const pairs = randomPairs(1, 300);
const engine = { runtime: 'onnxruntime-node', threads: 1 } as const;
const { state, meteorology } = stateOfRows(pairs.inputs.slice(0, 32 * 50));
let model: EmulatorModel;
let emulator: Emulator;

beforeAll(async () => {
  ({ model } = await trainEmulator(pairs, {
    ...engine,
    hidden: [16],
    batchSize: 64,
    epochs: 4,
    inputs: 'asinh',
    output: 'transfer',
    gradientNorm: 1,
  }));
  emulator = await createEmulator(model, engine);
  return () => emulator.dispose();
});

describe('step', () => {
  it('keeps every species, lets nothing be negative, and says what the network says', async () => {
    const result = await emulator.step(state, meteorology, 450);
    for (const species of ['SO4', 'BC', 'OC', 'DU', 'SS'] as const) {
      const [old, now] = [totalOf(state, species), totalOf(result, species)];
      now.forEach((value, cell) => {
        const made = species === 'SO4' ? meteorology.h2so4Production[cell]! * 450 : 0;
        expect(Math.abs(value - old[cell]! - made)).toBeLessThanOrEqual(1e-12 * (old[cell]! + made));
      });
    }
    for (const field of ['h2so4', 'mass', 'number', 'water', 'wetRadius', 'dryRadius', 'density'] as const) {
      expect(Math.min(...result[field])).toBeGreaterThanOrEqual(0);
    }
    const { values } = await emulator.predict(pairs.inputs.slice(0, 32 * 50));
    expect(result.h2so4[7]).toBe(values[28 * 7]);
    expect(massOf(result, 'DU_CI')[49]).toBe(values[28 * 49 + 16]);
  });

  it('has the radii of M7 where it has its particles', async () => {
    const m7 = createM7({ processes: { condensation: false, nucleation: false, coagulation: false } });
    // Nothing happens in a moment: M7's own particles, and a network that is told to leave them.
    const still = m7.step(state, meteorology, 1e-9);
    const perfect: EmulatorModel = {
      ...model,
      output: {
        name: 'still',
        width: model.output.width,
        values: () => constant({ data: outputRows(still), shape: [50, 28] }),
      },
    };
    const same = await createEmulator(perfect, { runtime: 'interpreter' });
    const result = await same.step(state, meteorology, 450);
    await same.dispose();
    for (const field of ['wetRadius', 'dryRadius', 'density'] as const) {
      result[field].forEach((value, at) => {
        const [mode, cell] = [Math.floor(at / 50), at % 50];
        // M7 has no radius for modes that are all but empty.
        if (still.number[mode * 50 + cell]! < 1e-3 || still[field][at] === 0) return;
        expect(Math.abs(value / still[field][at]! - 1)).toBeLessThan(0.02);
      });
    }
  });

  it('writes to a result of yours, which may be the state itself', async () => {
    const expected = await emulator.step(state, meteorology, 450);
    const own = createResult(50);
    copyState(state, own);
    expect(await emulator.step(own, meteorology, 450, { out: own })).toBe(own);
    expect(own).toEqual(expected);
    const before = state.mass.slice();
    await emulator.step(state, meteorology, 450, { out: createResult(50) });
    expect(state.mass).toEqual(before);
  });

  it('leaves sea salt as it is', async () => {
    const salty = createState(50);
    copyState(state, salty);
    massOf(salty, 'SS_AS').fill(3);
    const result = await emulator.step(salty, meteorology, 450);
    expect(massOf(result, 'SS_AS').every((value) => value === 3)).toBe(true);
  });

  it('takes no cells', async () => {
    const air = { pressure: 1e5, temperature: 280, relativeHumidity: 0.5 };
    expect((await emulator.step(createState(0), air, 450)).mass).toHaveLength(0);
  });
});

describe('cells outside of the training data', () => {
  const far = (): { state: ReturnType<typeof createState>; air: Meteorology } => {
    const copy = createState(50);
    copyState(state, copy);
    massOf(copy, 'DU_CI')[3] = 1e12;
    return { state: copy, air: meteorology };
  };

  it('are flagged', async () => {
    const outside = new Uint8Array(50);
    await emulator.step(state, meteorology, 450, { outside });
    expect(outside.some((flag) => flag === 1)).toBe(false);
    await emulator.step(far().state, far().air, 450, { outside });
    expect(Array.from(outside).flatMap((flag, cell) => (flag === 1 ? [cell] : []))).toEqual([3]);
  });

  it('fall back to the box model, bit for bit', async () => {
    const m7 = createM7();
    const guarded = await createEmulator(model, { ...engine, fallback: m7 });
    const { state: wild, air } = far();
    const result = await guarded.step(wild, air, 450);
    const [truth, network] = [m7.step(wild, air, 450), await emulator.step(wild, air, 450)];
    await guarded.dispose();
    for (const field of ['mass', 'number', 'wetRadius', 'water'] as const) {
      const rows = result[field].length / 50;
      for (let row = 0; row < rows; row++) {
        expect(result[field][row * 50 + 3]).toBe(truth[field][row * 50 + 3]);
        expect(result[field][row * 50 + 4]).toBe(network[field][row * 50 + 4]);
      }
    }
  });
});

describe('bad input', () => {
  it('is refused as the box model does', async () => {
    const broken = createState(50);
    copyState(state, broken);
    broken.number[50 * 2 + 7] = NaN;
    await expect(emulator.step(broken, meteorology, 450)).rejects.toThrow(InvalidArgumentError);
    await expect(emulator.step(broken, meteorology, 450)).rejects.toThrow('number of AS in cell 7');
    await expect(emulator.step(state, { ...meteorology, relativeHumidity: 2 }, 450)).rejects.toThrow(
      'relativeHumidity in cell 0',
    );
    await expect(
      emulator.step(state, { ...meteorology, pressure: new Float64Array(3) }, 450),
    ).rejects.toThrow(ShapeError);
    await expect(emulator.step(state, meteorology, 450, { outside: new Uint8Array(2) })).rejects.toThrow(
      'outside must have 50 elements',
    );
    await expect(emulator.step(state, meteorology, 900)).rejects.toThrow('dt must be 450 s');
    await expect(emulator.predict(new Float64Array(32).fill(NaN))).rejects.toThrow('row 0, column pressure');
    await expect(createEmulator(model, { tolerance: -1 })).rejects.toThrow('tolerance');
  });

  it('is repaired and counted if you wish', async () => {
    const broken = createState(50);
    copyState(state, broken);
    broken.number[50 * 2 + 7] = NaN;
    massOf(broken, 'SO4_AS')[1] = -5;
    const clamping = await createEmulator(model, { ...engine, onInvalid: 'clamp' });
    const result = await clamping.step(broken, meteorology, 450);
    await clamping.dispose();
    expect(result.clamped).toBe(2);
    expect(result.number.every((value) => value >= 0)).toBe(true);
  });
});

describe('a roll-out of an exact model', () => {
  it('stays finite, without negatives and with the same mass over 48 hours, well trained or not', async () => {
    const block = randomBlock(createRng(77), 16, { spread: 2 });
    const air = { ...block.meteorology, h2so4Production: 0 };
    const box = createResult(16);
    copyState(block.state, box);
    for (let step = 0; step < 48 * 8; step++) await emulator.step(box, air, 450, { out: box });
    for (const species of ['SO4', 'BC', 'OC', 'DU'] as const) {
      const [old, now] = [totalOf(block.state, species), totalOf(box, species)];
      now.forEach((value, cell) => {
        expect(Math.abs(value - old[cell]!)).toBeLessThanOrEqual(1e-9 * old[cell]!);
      });
    }
    expect([...box.mass, ...box.number].every((value) => value >= 0 && value < Infinity)).toBe(true);
  });
});

describe('runEmulator', () => {
  it('is a sequence of steps with emissions before and deposition after each', async () => {
    const times: number[] = [];
    const outsideSteps = new Uint32Array(50).fill(9);
    const run = await runEmulator(emulator, state, {
      duration: 900,
      meteorology: (time) => ({ ...meteorology, h2so4Production: time === 0 ? 1e3 : 0 }),
      emissions: (now, dt) => numberOf(now, 'KI').forEach((n, cell, all) => (all[cell] = n + dt)),
      deposition: (now, dt) => numberOf(now, 'CS').forEach((n, cell, all) => (all[cell] = n / dt)),
      onStep: (_, time) => times.push(time),
      outsideSteps,
    });
    let expected = createResult(50);
    copyState(state, expected);
    const outside = new Uint8Array(50);
    const counts = new Uint32Array(50);
    for (const production of [1e3, 0]) {
      numberOf(expected, 'KI').forEach((n, cell, all) => (all[cell] = n + 450));
      expected = await emulator.step(expected, { ...meteorology, h2so4Production: production }, 450, {
        outside,
      });
      numberOf(expected, 'CS').forEach((n, cell, all) => (all[cell] = n / 450));
      outside.forEach((flag, cell) => (counts[cell]! += flag));
    }
    expect(run).toEqual(expected);
    expect(outsideSteps).toEqual(counts);
    expect(times).toEqual([450, 900]);
  });

  it('refuses durations that are no whole number of steps, and stops when it is told to', async () => {
    const run = (options: object) => runEmulator(emulator, state, { duration: 900, meteorology, ...options });
    await expect(run({ duration: 1000 })).rejects.toThrow(InvalidArgumentError);
    await expect(run({ duration: 1000 })).rejects.toThrow(
      "a multiple of the model's step of 450 s, got 1000",
    );
    await expect(run({ duration: 0 })).rejects.toThrow('duration');
    await expect(run({ outsideSteps: new Uint32Array(3) })).rejects.toThrow('50 elements');
    await expect(run({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
