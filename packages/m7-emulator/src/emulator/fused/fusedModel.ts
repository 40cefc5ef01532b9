import { assemble, type FunctionSource } from '@pct/core/wasm';
import { cleanGraph, float64, trace, type Tensor } from '@pct/tensor';
import { inputCount, outputCount } from '../../data/columns.js';
import { type EmulatorModel, rawWidth, spreadOf, standardFeatures, trainingDistance } from '../model.js';
import { modeCount, solubleCount } from '../../m7/modes.js';
import { type Particles, particlesOf, saltCount } from '../particles.js';
import { denseLayer, filledUp, laneBlock, unitBlock } from './denseLayers.js';
import { blockLanes, emitRows } from './emitRows.js';
import { rowAxis, rowProgram, type RowProgram } from './fromGraph.js';
import { mathConstants, mathFunctions } from './mathFunctions.js';
import { placeNetwork } from './networkLayout.js';

/** A model as machine code for blocks of up to {@link blockLanes} rows. */
export interface FusedModel {
  /** [32][lane]: to be filled before a run */
  readonly inputs: Float64Array;
  /** [28][lane] values after the step, of the last run */
  readonly values: Float64Array;
  /** [lane] distance from the training data, of the last run */
  readonly distance: Float64Array;
  /** [28][lane] of the last run, of models that have it */
  readonly spread: Float64Array;
  /** [2][lane] sea salt of AS and CS, µg m⁻³: to be filled before {@link FusedModel.step} */
  readonly salt: Float64Array;
  /** [mode][lane] of the last step */
  readonly particles: Particles<Float64Array>;
  /**
   * Runs the model on the first lanes of the inputs: values, distance and, if it has it, spread.
   *
   * @param lanes - 1 to {@link blockLanes}
   */
  predict(lanes: number): void;
  /** The same for values, distance and particles. */
  step(lanes: number): void;
}

/** Its row programs; undefined where one has operations that are not of one row. */
interface Programs {
  readonly features: RowProgram | undefined;
  readonly values: RowProgram | undefined;
  readonly spread: RowProgram | undefined;
  readonly particles: RowProgram | undefined;
}

function programsOf({ design, output, scaling, dt }: EmulatorModel): Programs {
  const ofRows = (columns: number) => float64(rowAxis, columns);
  const compiled = (graph: Parameters<typeof cleanGraph>[0]): RowProgram | undefined =>
    rowProgram(cleanGraph(graph));
  const features = trace(
    (inputs: Tensor) => [
      standardFeatures(design, scaling, inputs),
      trainingDistance(design, scaling, inputs),
    ],
    ofRows(inputCount),
  );
  const values = trace(
    (raw: Tensor, inputs: Tensor) => output.values(raw, inputs, scaling.target, dt),
    ofRows(output.width),
    ofRows(inputCount),
  );
  const spread = design.spread
    ? trace((raw: Tensor) => spreadOf(raw, output, scaling.target), ofRows(rawWidth(design, output)))
    : undefined;
  const particles = trace(
    (after: Tensor, salt: Tensor) => {
      const { wetRadius, dryRadius, density } = particlesOf(after, salt);
      return [wetRadius, dryRadius, density];
    },
    ofRows(outputCount),
    ofRows(saltCount),
  );
  return {
    features: compiled(features.graph),
    values: compiled(values.graph),
    spread: spread && compiled(spread.graph),
    particles: compiled(particles.graph),
  };
}

/**
 * Compiles a model to WebAssembly: features, network and output layer of a block of rows, each in one function, with no
 * array between operations. Numbers are those of the array program up to rounding: float32 in the network, float64 in
 * everything else.
 *
 * @returns undefined for a model that has operations other than of one row, or without hidden layers, and where
 *   WebAssembly or its SIMD instructions are missing or forbidden
 */
export async function fuseModel(model: EmulatorModel): Promise<FusedModel | undefined> {
  const { design } = model;
  if (design.hidden.length === 0 || typeof WebAssembly !== 'object') return undefined;
  const { features, values, spread, particles } = programsOf(model);
  if (features === undefined || values === undefined || particles === undefined) return undefined;
  if (design.spread && spread === undefined) return undefined;
  const [single, double] = ['float32', 'float64'] as const;
  const functions: FunctionSource[] = [
    ...mathFunctions,
    emitRows('features', features, { inputs: [double], outputs: [single, double] }),
    emitRows('values', values, { inputs: [single, double], outputs: [double] }),
    emitRows('particles', particles, { inputs: [double, double], outputs: [double, double, double] }),
    ...(spread === undefined ? [] : [emitRows('spread', spread, { inputs: [single], outputs: [double] })]),
    denseLayer('hidden', { activation: design.activation, residual: false }),
    denseLayer('residual', { activation: design.activation, residual: true }),
    denseLayer('last', { activation: 'none', residual: false }),
  ];
  const module = await compiledModule(functions);
  return module && instantiate(module, model);
}

async function compiledModule(functions: readonly FunctionSource[]): Promise<WebAssembly.Module | undefined> {
  try {
    // Not at once: browsers refuse that for large modules outside of workers.
    return await WebAssembly.compile(assemble(functions));
  } catch {
    return undefined;
  }
}

type RowFunction = (lanes: number, ...arrays: readonly number[]) => void;
type LayerFunction = (
  input: number,
  weights: number,
  output: number,
  inputs: number,
  blocks: number,
  lanes: number,
) => void;

interface Kernels {
  readonly features: RowFunction;
  readonly values: RowFunction;
  readonly particles: RowFunction;
  /** Only of models that have one. */
  readonly spread: RowFunction;
  readonly hidden: LayerFunction;
  readonly residual: LayerFunction;
  readonly last: LayerFunction;
}

const page = 65_536;

function instantiate(module: WebAssembly.Module, model: EmulatorModel): FusedModel {
  const { design, output } = model;
  // Constants come first.
  let end = mathConstants.byteLength;
  const reserve = (bytes: number): number => {
    const place = end;
    // Vectors are 16 bytes.
    end += Math.ceil(bytes / 16) * 16;
    return place;
  };
  const doubles = (columns: number): number => reserve(8 * columns * blockLanes);
  const places = {
    inputs: doubles(inputCount),
    values: doubles(outputCount),
    distance: doubles(1),
    spread: doubles(outputCount),
    salt: doubles(saltCount),
    wetRadius: doubles(modeCount),
    dryRadius: doubles(solubleCount),
    density: doubles(modeCount),
  };
  const network = placeNetwork(model, rawWidth(design, output), reserve);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / page) });
  new BigInt64Array(memory.buffer, 0, mathConstants.length).set(mathConstants);
  for (const { weights, packed } of network.layers) {
    new Float32Array(memory.buffer, weights, packed.length).set(packed);
  }
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
  const view = (place: number, columns: number): Float64Array =>
    new Float64Array(memory.buffer, place, columns * blockLanes);
  const { features, raw, layers } = network;
  const valueBlocks = filledUp(output.width) / unitBlock;
  const run = (lanes: number, withSpread: boolean): void => {
    const wholeLanes = Math.ceil(lanes / laneBlock) * laneBlock;
    kernels.features(lanes, places.inputs, features, places.distance);
    for (const { kernel, input, weights, output: to, inputs, blocks } of layers) {
      const needed = kernel === 'last' && !withSpread ? valueBlocks : blocks;
      kernels[kernel](input, weights, to, inputs, needed, wholeLanes);
    }
    kernels.values(lanes, raw, places.inputs, places.values);
  };
  return {
    inputs: view(places.inputs, inputCount),
    values: view(places.values, outputCount),
    distance: view(places.distance, 1),
    spread: view(places.spread, outputCount),
    salt: view(places.salt, saltCount),
    particles: {
      wetRadius: view(places.wetRadius, modeCount),
      dryRadius: view(places.dryRadius, solubleCount),
      density: view(places.density, modeCount),
    },
    predict(lanes) {
      run(lanes, design.spread);
      if (design.spread) kernels.spread(lanes, raw, places.spread);
    },
    step(lanes) {
      run(lanes, false);
      const { values, salt, wetRadius, dryRadius, density } = places;
      kernels.particles(lanes, values, salt, wetRadius, dryRadius, density);
    },
  };
}
