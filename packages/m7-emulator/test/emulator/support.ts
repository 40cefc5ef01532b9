import { createRng, type Rng } from '@pct/core';
import { compile, float64, type Tensor } from '@pct/tensor';
import { createM7, type OutputLayer, type PairRows, type TargetScaling } from '@climate/m7-emulator';
import { inputCount, outputCount } from '../../src/data/columns.js';
import { inputRows, outputRows } from '../../src/data/rows.js';
import { randomBlock } from '../blocks.js';

/** Pairs of random cells, without sea salt, as that has no column. */
export function randomPairs(seed: number, cells: number): PairRows & { readonly outputs: Float64Array } {
  const { state, meteorology } = randomBlock(createRng(seed), cells, { spread: 1 });
  const seaSalt = [12, 13];
  for (const component of seaSalt) state.mass.fill(0, component * cells, (component + 1) * cells);
  return {
    inputs: inputRows(state, meteorology),
    outputs: outputRows(createM7().step(state, meteorology, 450)),
  };
}

/** Values of an output layer for some numbers of a network. */
export async function valuesOf(
  layer: OutputLayer,
  raw: Float64Array,
  inputs: Float64Array,
  scaling: TargetScaling,
): Promise<Float64Array> {
  const rows = inputs.length / inputCount;
  const program = await compile(
    (numbers: Tensor, x: Tensor) => layer.values(numbers, x, scaling, 450),
    [float64('batch', layer.width), float64('batch', inputCount)],
    { runtime: 'interpreter' },
  );
  const { data } = await program.run(
    { data: raw, shape: [rows, layer.width] },
    { data: inputs, shape: [rows, inputCount] },
  );
  await program.dispose();
  return data as Float64Array;
}

/** Scales of changes that are as large as what there is. */
export function wildScaling(deviation: number): TargetScaling {
  const all = (value: number): Float64Array => new Float64Array(outputCount).fill(value);
  return {
    mean: all(0),
    deviation: all(deviation),
    logMean: all(0),
    logDeviation: all(1),
    small: all(1e-3),
    decadeDeviation: all(1),
    speciesMean: new Float64Array(4).fill(1),
  };
}

/** Inputs whose amounts span twenty decades, a third of them 0. */
export function wildInputs(rng: Rng, rows: number): Float64Array {
  const inputs = new Float64Array(rows * inputCount);
  for (let at = 0; at < inputs.length; at++) {
    const column = at % inputCount;
    if (column < 8) inputs[at] = column === 0 ? 5e4 : column === 1 ? 250 : rng.uniform();
    else inputs[at] = rng.uniform() < 0.3 ? 0 : 10 ** rng.uniform(-10, 10);
  }
  return inputs;
}
