import { InvalidArgumentError, throwIfAborted, yieldToEventLoop } from '@pct/core';
import { compile, float64 } from '@pct/tensor';
import type { Compiled, CompileOptions, NdArray, TensorSpec } from '@pct/tensor';
import { inputCount, outputCount } from '../data/columns.js';
import { inputRows } from '../data/rows.js';
import type { M7Result } from '../m7/state.js';
import { type CleanBlock, storePart } from './block.js';
import { blockLanes } from './fused/emitRows.js';
import { type FusedModel, fuseModel } from './fused/fusedModel.js';
import { fillColumns, fillSalt } from './fused/inputColumns.js';
import { compileModel, type EmulatorModel, type Prediction } from './model.js';
import { type Particles, particlesOf, saltCount } from './particles.js';

/** What runs a model for an emulator. Sizes and values are already checked. */
export interface EmulatorEngine {
  readonly name: string;
  /** What the model says of rows, [row, 32], at least one. */
  predict(rows: Float64Array): Promise<Prediction<Float64Array>>;
  /**
   * Stores the state after the step in `out`, which may be that before it.
   *
   * @returns [cell] distance from the training data
   */
  step(block: CleanBlock, dt: number, out: M7Result): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** Where {@link engineFor} runs a model. */
export interface EngineOptions extends Omit<CompileOptions, 'runtime'> {
  readonly runtime?: CompileOptions['runtime'] | 'fused' | undefined;
}

/**
 * The fused engine where the model and the host have what it takes, unless another one is asked for.
 *
 * @throws {@link InvalidArgumentError} if `'fused'` is asked for and cannot be
 */
export async function engineFor(model: EmulatorModel, options: EngineOptions): Promise<EmulatorEngine> {
  const { runtime = 'auto', ...rest } = options;
  const isFused = runtime === 'fused';
  throwIfAborted(rest.signal);
  if (isFused || (runtime === 'auto' && rest.precision === undefined)) {
    const fused = await fuseModel(model);
    throwIfAborted(rest.signal);
    if (fused !== undefined) return fusedEngine(fused, model.design.spread);
  }
  if (!isFused) return programEngine(model, { ...rest, runtime });
  throw new InvalidArgumentError(
    `createEmulator: runtime 'fused' needs WebAssembly with SIMD, a network with hidden layers and an output layer whose operations are of one row each; got '${model.output.name}' that is not so, or a host without; leave runtime out`,
  );
}

/** Array programs on an engine of `@pct/tensor`. */
async function programEngine(model: EmulatorModel, options: CompileOptions): Promise<EmulatorEngine> {
  const program = await compileModel(model, options);
  let particles: Promise<CompiledParticles> | undefined;
  const predict = async (rows: Float64Array): Promise<Prediction<Float64Array>> => {
    const { values, distance, spread } = await program.run(arrayOf(rows, inputCount));
    const told = { values: values.data as Float64Array, distance: distance.data as Float64Array };
    return spread === undefined ? told : { ...told, spread: spread.data as Float64Array };
  };
  return {
    name: program.runtime,
    predict,
    async step({ state, meteorology }, dt, out) {
      const { cells } = state;
      const { values, distance } = await predict(inputRows(state, meteorology, { dt }));
      particles ??= compileParticles(options);
      const salt = new Float64Array(saltCount * cells);
      fillSalt(state, 0, cells, salt, cells);
      const { wetRadius, dryRadius, density } = await (
        await particles
      ).run(arrayOf(values, outputCount), arrayOf(transposed(salt, saltCount), saltCount));
      const predicted = {
        values: transposed(values, cells),
        wetRadius: transposed(wetRadius.data as Float64Array, cells),
        dryRadius: transposed(dryRadius.data as Float64Array, cells),
        density: transposed(density.data as Float64Array, cells),
      };
      storePart(state, predicted, { first: 0, count: cells, length: cells }, out);
      return distance;
    },
    async dispose() {
      await Promise.all([program.dispose(), particles?.then((one) => one.dispose())]);
    },
  };
}

type CompiledParticles = Compiled<readonly [TensorSpec, TensorSpec], Particles>;

function compileParticles(options: CompileOptions): Promise<CompiledParticles> {
  const specs = [float64('batch', outputCount), float64('batch', saltCount)] as const;
  return compile(particlesOf, specs, options);
}

const arrayOf = (data: Float64Array, columns: number): NdArray => ({
  data,
  shape: [data.length / columns, columns],
});

/** An array of so many rows with its columns as rows. */
function transposed(from: Float64Array, rows: number): Float64Array {
  const columns = from.length / rows;
  const to = new Float64Array(from.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column]!;
  }
  return to;
}

/** Blocks between two times that others have the thread: about ten milliseconds. */
const blocksAtOnce = 128;

function fusedEngine(fused: FusedModel, hasSpread: boolean): EmulatorEngine {
  let isDisposed = false;
  /** Calls `use` for the first cell of each block and its number of cells. Each block is done at once. */
  const inBlocks = async (
    name: string,
    cells: number,
    use: (first: number, lanes: number) => void,
  ): Promise<void> => {
    for (let first = 0, block = 1; first < cells; first += blockLanes, block++) {
      if (isDisposed) {
        throw new InvalidArgumentError(`${name}: the emulator has been disposed; make it again`);
      }
      use(first, Math.min(blockLanes, cells - first));
      if (block % blocksAtOnce === 0) await yieldToEventLoop();
    }
  };
  return {
    name: 'fused',
    async predict(rows) {
      const count = rows.length / inputCount;
      const values = new Float64Array(count * outputCount);
      const distance = new Float64Array(count);
      const spread = hasSpread ? new Float64Array(count * outputCount) : undefined;
      await inBlocks('predict', count, (first, lanes) => {
        toColumns(rows, first, lanes, fused.inputs);
        fused.predict(lanes);
        toRows(fused.values, first, lanes, values);
        if (spread !== undefined) toRows(fused.spread, first, lanes, spread);
        for (let lane = 0; lane < lanes; lane++) distance[first + lane] = fused.distance[lane]!;
      });
      return spread === undefined ? { values, distance } : { values, distance, spread };
    },
    async step({ state, meteorology }, dt, out) {
      const distance = new Float64Array(state.cells);
      const predicted = { values: fused.values, ...fused.particles };
      await inBlocks('step', state.cells, (first, lanes) => {
        fillColumns(state, meteorology, dt, first, lanes, fused.inputs);
        fillSalt(state, first, lanes, fused.salt, blockLanes);
        fused.step(lanes);
        for (let lane = 0; lane < lanes; lane++) distance[first + lane] = fused.distance[lane]!;
        storePart(state, predicted, { first, count: lanes, length: blockLanes }, out);
      });
      return distance;
    },
    dispose() {
      isDisposed = true;
      return Promise.resolve();
    },
  };
}

/** Rows [row, 32] from `first` on to [column][lane]. */
function toColumns(rows: Float64Array, first: number, lanes: number, columns: Float64Array): void {
  for (let lane = 0; lane < lanes; lane++) {
    const row = (first + lane) * inputCount;
    for (let column = 0; column < inputCount; column++) {
      columns[column * blockLanes + lane] = rows[row + column]!;
    }
  }
}

/** The inverse for outputs, [column][lane] to rows [row, 28]. */
function toRows(columns: Float64Array, first: number, lanes: number, rows: Float64Array): void {
  for (let lane = 0; lane < lanes; lane++) {
    const row = (first + lane) * outputCount;
    for (let column = 0; column < outputCount; column++) {
      rows[row + column] = columns[column * blockLanes + lane]!;
    }
  }
}
