import { checkInteger, InvalidArgumentError, toRng, type Rng } from '@pct/core';
import type { Frame } from '@pct/detector';
import {
  compile,
  concat,
  dense,
  gather,
  int32,
  leakyRelu,
  shapesOf,
  type CompileOptions,
  type NdArray,
  type NormParameters,
  type Tensor,
} from '@pct/tensor';
import { aggregate } from '../model/aggregate.js';
import { KinkEncoding } from '../model/encoding.js';
import { interactionNetwork } from '../model/interactionNetwork.js';
import { edgeInputs, type InteractionParameters } from '../model/lineNetwork.js';
import { normalise, SLOPE, type RelationalParameters } from '../model/relational.js';
import { checkParameters } from '../model/trackingModel.js';
import type { Architecture, GraphSample, TrackingNetwork } from '../model/types.js';

/** What the sub-layers of a network give for some rows of a frame, each [rows, channels] and in order. */
export interface SubLayers<Leaf = NdArray> {
  /** R₁, on pairs of segments: (batch norm, linear, activation) twice, batch norm, linear. */
  readonly message: readonly Leaf[];
  /** O, on segments: the same, activation and batch norm. */
  readonly object: readonly Leaf[];
  /** R₂, on segments, as R₁; the last one has the logits, [rows, 1]. */
  readonly score: readonly Leaf[];
}

/** Which rows of a frame {@link SubLayerReader.read} takes. */
export interface SubLayerRows {
  /**
   * At most this many pairs of segments and as many segments, drawn without replacement, >= 1.
   * @defaultValue `1024`
   */
  readonly rows?: number | undefined;
  /**
   * Draws the rows: of the same seed the same ones, for any parameters.
   * @defaultValue `0`
   */
  readonly rng?: Rng | number | undefined;
}

/** Reads what is inside of a network. Holds an engine's memory until disposed. */
export interface SubLayerReader extends AsyncDisposable {
  /**
   * Activations of a frame.
   *
   * @param parameters - of the network
   * @param frame - with at least one pair of consecutive segments
   * @throws InvalidArgumentError if the parameters do not fit the network, or the frame has no such pair
   */
  read(parameters: InteractionParameters<NdArray>, frame: Frame, rows?: SubLayerRows): Promise<SubLayers>;
  /** Frees what the engine holds. */
  dispose(): Promise<void>;
}

const rowSpecs = { edgeRows: int32('edgeRows'), segmentRows: int32('segmentRows') };

/**
 * Makes what reads the activations of all sub-layers of a line network, to compare networks with {@link linearCka}. It runs
 * the plain network, which takes about a kilobyte and a half of memory per pair of segments.
 *
 * @param network - a line network; how its messages are computed does not matter
 * @param options - choose the engine
 * @throws InvalidArgumentError if it is a network on hits
 * @example
 * ```ts
 * await using reader = subLayerReader(network);
 * const [a, b] = [await reader.read(one, frame), await reader.read(another, frame)];
 * const similarity = linearCkaMatrix(a.message, b.message); // [8, 8]
 * ```
 */
export function subLayerReader(
  { architecture }: Pick<TrackingNetwork, 'architecture'>,
  options: Omit<CompileOptions, 'precision' | 'signal'> = {},
): SubLayerReader {
  if (architecture.kind !== 'line')
    throw new InvalidArgumentError(
      `subLayerReader: the network must be of kind 'line', got '${architecture.kind}'`,
    );
  const network = interactionNetwork({ ...architecture, messages: 'plain' });
  const compileAll = () =>
    compile(
      subLayersOf(architecture),
      [shapesOf(network.initialize(0)), network.sampleSpecs, rowSpecs],
      options,
    );
  let program: ReturnType<typeof compileAll> | undefined;
  const dispose = async (): Promise<void> => {
    const compiled = await program?.catch(() => undefined);
    program = undefined;
    await compiled?.dispose();
  };
  return {
    async read(parameters, frame, { rows = 1024, rng = 0 } = {}) {
      checkInteger('subLayerReader', 'rows', rows, { min: 1 });
      checkParameters('subLayerReader', network, parameters);
      const stream = toRng(rng, 'subLayerReader');
      const { graph, sample } = network.prepare(frame);
      const edges = sample['senders']!.shape[0]!;
      if (edges === 0)
        throw new InvalidArgumentError(
          `subLayerReader: frame ${frame.index} has no two consecutive segments; leave such frames out`,
        );
      program ??= compileAll();
      const { run } = await program;
      const [edgeRows, segmentRows] = [edges, graph.edgeCount].map((count): NdArray => {
        const data = stream.permutation(count).slice(0, rows);
        return { data, shape: [data.length] };
      });
      return run(parameters, sample, { edgeRows: edgeRows!, segmentRows: segmentRows! });
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The plain line network, with everything on the way. */
function subLayersOf({ aggregation, encodingChannels, finest }: Architecture) {
  // The table of the encoding is not used here.
  const encoding = new KinkEncoding({ channels: encodingChannels, finest, knots: 2 });
  return (
    { message, object, score }: InteractionParameters,
    sample: GraphSample<Tensor>,
    { edgeRows, segmentRows }: Record<keyof typeof rowSpecs, Tensor>,
  ): SubLayers<Tensor> => {
    const { features, receivers } = sample;
    const messages = steps(message, edgeInputs(encoding, sample));
    const received = aggregate(aggregation, messages.at(-1)!, receivers!, features!.shape[0]!);
    const states = steps(object, concat([features!, received], 1), object.last);
    const scores = steps(score, states.at(-1)!);
    const pick = (list: readonly Tensor[], rows: Tensor): Tensor[] => list.map((one) => gather(one, rows));
    return {
      message: pick(messages, edgeRows),
      object: pick(states, segmentRows),
      score: pick(scores, segmentRows),
    };
  };
}

/** Every step of three layers, and of the activation and batch norm after them if `last` is given. */
function steps({ first, second, third }: RelationalParameters, x: Tensor, last?: NormParameters): Tensor[] {
  const all: Tensor[] = [];
  const then = (step: Tensor): Tensor => {
    all.push(step);
    return step;
  };
  let state = x;
  for (const layer of [first, second, third]) {
    state = then(dense(layer, then(normalise(layer.norm, state))));
    if (layer !== third || last !== undefined) state = then(leakyRelu(state, SLOPE));
  }
  if (last !== undefined) then(normalise(last, state));
  return all;
}
