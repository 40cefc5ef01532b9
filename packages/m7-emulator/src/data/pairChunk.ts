import { createRng, defineTask, type Rng } from '@pct/core';
import { createM7 } from '../m7/createM7.js';
import { createBlock, type PairBlock } from './block.js';
import { drawCell } from './drawCell.js';
import { applyEdge, edgeNames } from './edges.js';
import { planModes } from './particles.js';
import { regimeNames } from './regime.js';
import { regimes } from './regimes.js';
import { inputRows, outputRows } from './rows.js';
import { daysOfSplit, type ResolvedSettings } from './settings.js';

/** Pairs, one after another. */
export interface PairChunk {
  /** Number of the first row in the data set. */
  readonly first: number;
  /** Number of pairs. */
  readonly rows: number;
  /** [row, 32] before a step, in the order of `inputNames` */
  readonly inputs: Float64Array;
  /** [row, 28] after it: values, not changes, in the order of `outputNames` */
  readonly outputs: Float64Array;
  /** [row] regime, an index into `regimeNames` */
  readonly regimes: Uint8Array;
  /** [row] edge case, an index into `edgeNames`; 0 for most */
  readonly edges: Uint8Array;
  /** Rows whose step left the range of float64, so that output is input. */
  readonly unresolved: number;
}

/** Input of {@link pairChunk}. */
interface ChunkOrder {
  readonly settings: ResolvedSettings;
  readonly first: number;
  readonly rows: number;
}

/** Makes one chunk. Each row has its own random stream, so it does not matter in which chunk it is made. */
export const pairChunk = defineTask<ChunkOrder, PairChunk>({
  module: import.meta.url,
  name: 'pairChunk',
  run: makeChunk,
  transferOutput: ({ inputs, outputs, regimes, edges }) => [
    inputs.buffer,
    outputs.buffer,
    regimes.buffer,
    edges.buffer,
  ],
});

function makeChunk({ settings, first, rows }: ChunkOrder): PairChunk {
  const { dt, spinUp, m7 } = settings;
  const model = createM7(m7);
  const block = createBlock(rows);
  const { state, meteorology } = block;
  const kinds = drawCells(settings, first, rows, block);
  for (let step = 0; step < spinUp; step++) model.step(state, meteorology, dt, { out: state });
  makeEdges(settings, first, kinds.edges, block);
  const inputs = inputRows(state, meteorology, { dt });
  model.step(state, meteorology, dt, { out: state });
  return { first, rows, inputs, outputs: outputRows(state), ...kinds, unresolved: state.unresolved };
}

function streamOf({ seed, split }: ResolvedSettings): Rng {
  return createRng(seed).split(split);
}

function drawCells(
  settings: ResolvedSettings,
  first: number,
  rows: number,
  block: PairBlock,
): { regimes: Uint8Array; edges: Uint8Array } {
  const stream = streamOf(settings);
  const weights = regimeNames.map((name) => settings.weights[name]);
  const drawn = regimeNames.map((name) => regimes[name]);
  const plans = drawn.map((regime) => planModes(regime, settings.seaSalt));
  const days = daysOfSplit[settings.split];
  const kinds = { regimes: new Uint8Array(rows), edges: new Uint8Array(rows) };
  for (let row = 0; row < rows; row++) {
    const rng = stream.split(first + row);
    const regime = rng.categorical(weights);
    kinds.regimes[row] = regime;
    if (rng.uniform() < settings.edgeShare) kinds.edges[row] = rng.integer(1, edgeNames.length);
    drawCell(rng, drawn[regime]!, plans[regime]!, days, block, row);
  }
  return kinds;
}

function makeEdges(settings: ResolvedSettings, first: number, edges: Uint8Array, block: PairBlock): void {
  const stream = streamOf(settings);
  for (let row = 0; row < edges.length; row++) {
    const edge = edges[row]!;
    if (edge > 0) applyEdge(stream.split(first + row).split('edge'), edgeNames[edge]!, block, row);
  }
}
