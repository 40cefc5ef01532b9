import type { EmulatorModel } from '../model.js';
import { designFeatures, rawWidth } from '../model.js';
import { filledUp, packWeights, unitBlock } from './denseLayers.js';
import { blockLanes } from './emitRows.js';

/** Kernels of a network's layers, by what they do after the sums. */
export type LayerKernel = 'hidden' | 'residual' | 'last';

/** One dense layer in memory: addresses in bytes, sizes as its kernel takes them. */
export interface PlacedLayer {
  readonly kernel: LayerKernel;
  readonly input: number;
  readonly weights: number;
  readonly packed: Float32Array;
  readonly output: number;
  /** Rows of the input, with those that fill up. */
  readonly inputs: number;
  /** Blocks of units. */
  readonly blocks: number;
}

/** A network in memory. */
export interface PlacedNetwork {
  /** Where its features go, float32 [feature][lane]. */
  readonly features: number;
  /** Where its outputs are, float32 [output][lane]. */
  readonly raw: number;
  readonly layers: readonly PlacedLayer[];
}

/** Bytes of float32 of all lanes. */
const rowBytes = 4 * blockLanes;

/**
 * Finds places for a network of at least one hidden layer. Where features also go straight to the output they stand
 * behind the last hidden layer, so that the last layer has both as one input.
 *
 * @param reserve - gives the address of so many bytes, each time directly behind those before
 */
export function placeNetwork(
  model: EmulatorModel,
  outputs: number,
  reserve: (bytes: number) => number,
): PlacedNetwork {
  const { design, parameters } = model;
  const features = designFeatures(design);
  const { hidden, skip } = design;
  const places = hidden.map((size) => reserve(filledUp(size) * rowBytes));
  const featurePlace = reserve(filledUp(features) * rowBytes);
  const raw = reserve(filledUp(outputs) * rowBytes);
  const wholeWidth = rawWidth(design, model.output);

  const layers = [...hidden, outputs].map((size, k): PlacedLayer => {
    const isLast = k === hidden.length;
    const { weight, bias } = parameters.layers[k]!;
    const width = isLast ? wholeWidth : size;
    const before = k === 0 ? features : hidden[k - 1]!;
    const direct = isLast ? parameters.direct[0] : undefined;
    const ownRows = filledUp(before);
    const inputs = ownRows + (direct === undefined ? 0 : filledUp(features));
    const weightOf = (row: number, column: number): number => {
      if (row < before) return weight.data[row * width + column]!;
      const feature = row - ownRows;
      return direct !== undefined && feature >= 0 && feature < features
        ? direct.data[feature * width + column]!
        : 0;
    };
    const packed = packWeights(inputs, size, weightOf, (column) => bias.data[column]!);
    const adds = skip && k > 0 && hidden[k - 1] === size;
    return {
      kernel: isLast ? 'last' : adds ? 'residual' : 'hidden',
      input: k === 0 ? featurePlace : places[k - 1]!,
      weights: reserve(packed.byteLength),
      packed,
      output: isLast ? raw : places[k]!,
      inputs,
      blocks: filledUp(size) / unitBlock,
    };
  });
  return { features: featurePlace, raw, layers };
}
