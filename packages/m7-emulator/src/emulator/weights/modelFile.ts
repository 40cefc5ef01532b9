import { createRng, FileFormatError, InvalidArgumentError, PctError } from '@pct/core';
import { arraysToTree, decodeSafetensors, encodeSafetensors, type NdArray } from '@pct/tensor';
import { conservedSpecies, inputCount, outputCount } from '../../data/columns.js';
import { designFeatures, type EmulatorDesign, type EmulatorModel, rawWidth } from '../model.js';
import { activationNames, networkParameters } from '../network/network.js';
import { outputLayer } from '../outputs/named.js';
import type { OutputLayer } from '../outputs/types.js';
import { inputTransformNames } from '../transforms/inputTransform.js';

/** Key of the metadata that tells what a file is. */
const key = 'climate.m7-emulator';
/** Version of the layout. */
const version = 1;

/** What stands in the metadata, as JSON. */
interface Header {
  readonly version: number;
  readonly design: EmulatorDesign;
  readonly output: string;
  readonly dt: number;
}

/**
 * A model as the bytes of a safetensors file: parameters in float32, statistics in float64, the design and the notes in
 * the metadata.
 *
 * @param model - {@link EmulatorModel}
 */
export function encodeEmulator(model: EmulatorModel): Uint8Array {
  const { design, output, dt, notes } = model;
  const header: Header = { version, design, output: output.name, dt };
  if (Object.hasOwn(notes, key)) {
    throw new InvalidArgumentError(
      `encodeEmulator: notes must not have the key ${key}, which tells the layout`,
    );
  }
  return encodeSafetensors(arraysOf(model), { metadata: { ...notes, [key]: JSON.stringify(header) } });
}

/** Options of {@link decodeEmulator}. */
export interface DecodeEmulatorOptions {
  /**
   * Output layers of your own that the file may need.
   * @defaultValue `[]`
   */
  readonly outputs?: readonly OutputLayer[] | undefined;
  /**
   * Name of the file, for messages.
   * @defaultValue `'emulator file'`
   */
  readonly file?: string | undefined;
}

/**
 * The inverse of {@link encodeEmulator}.
 *
 * @param bytes - of a safetensors file; not kept
 * @param options - {@link DecodeEmulatorOptions}
 * @throws {@link FileFormatError} for other files: the first thing that does not fit is named
 * @throws {@link InvalidArgumentError} if the file needs an output layer that is not given
 */
export function decodeEmulator(bytes: Uint8Array, options: DecodeEmulatorOptions = {}): EmulatorModel {
  const { outputs = [], file = 'emulator file' } = options;
  const { arrays, metadata } = decodeSafetensors(bytes, { file });
  const { [key]: text, ...notes } = metadata;
  if (text === undefined) {
    throw new FileFormatError({ file }, `the metadata have no ${key}; not written by encodeEmulator?`);
  }
  const header = readHeader(text, file);
  const { design, dt } = header;
  const output = outputLayer('decodeEmulator', header.output, outputs);
  const like = layoutOf(design, output);
  let tree: typeof like;
  try {
    tree = arraysToTree(arrays, like);
  } catch (cause) {
    if (!(cause instanceof PctError)) throw cause;
    const reason = cause.message.replace(/^arraysToTree: /, '');
    throw new FileFormatError({ file }, `does not fit its own design: ${reason}`, { cause });
  }
  for (const [name, { data }] of Object.entries(arrays)) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new FileFormatError({ file }, `"${name}" must be finite, got ${data[at]!} at ${at}`);
  }
  const vector = ({ data }: NdArray): Float64Array => data as Float64Array;
  const { input, feature, target } = tree.scaling;
  return {
    design,
    output,
    parameters: tree.parameters,
    scaling: {
      input: { small: vector(input.small), large: vector(input.large) },
      feature: {
        mean: vector(feature.mean),
        deviation: vector(feature.deviation),
        min: vector(feature.min),
        max: vector(feature.max),
      },
      target: {
        mean: vector(target.mean),
        deviation: vector(target.deviation),
        logMean: vector(target.logMean),
        logDeviation: vector(target.logDeviation),
        small: vector(target.small),
        decadeDeviation: vector(target.decadeDeviation),
        speciesMean: vector(target.speciesMean),
      },
    },
    dt,
    notes,
  };
}

function arraysOf({ parameters, scaling }: EmulatorModel) {
  const vector = (data: Float64Array): NdArray => ({ data, shape: [data.length] });
  const vectors = <K extends string>(record: Readonly<Record<K, Float64Array>>): Record<K, NdArray> =>
    Object.fromEntries(
      Object.entries<Float64Array>(record).map(([name, values]) => [name, vector(values)]),
    ) as Record<K, NdArray>;
  return {
    parameters: { layers: [...parameters.layers].map((layer) => ({ ...layer })), direct: parameters.direct },
    scaling: {
      input: vectors({ ...scaling.input }),
      feature: vectors({ ...scaling.feature }),
      target: vectors({ ...scaling.target }),
    },
  };
}

/** Zeros with the names and shapes that a design has. */
function layoutOf(design: EmulatorDesign, output: OutputLayer) {
  const count = designFeatures(design);
  const features = (): Float64Array => new Float64Array(count);
  const targets = (): Float64Array => new Float64Array(outputCount);
  return arraysOf({
    design,
    output,
    parameters: networkParameters(design, count, rawWidth(design, output), createRng(0)),
    scaling: {
      input: { small: new Float64Array(inputCount), large: new Float64Array(inputCount) },
      feature: { mean: features(), deviation: features(), min: features(), max: features() },
      target: {
        mean: targets(),
        deviation: targets(),
        logMean: targets(),
        logDeviation: targets(),
        small: targets(),
        decadeDeviation: targets(),
        speciesMean: new Float64Array(conservedSpecies.length),
      },
    },
    dt: 0,
    notes: {},
  });
}

function readHeader(text: string, file: string): Header {
  const fail = (message: string): never => {
    throw new FileFormatError({ file }, `${key} in the metadata ${message}`);
  };
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(text) as Partial<Header> | null;
  } catch (cause) {
    throw new FileFormatError({ file }, `${key} in the metadata is not JSON`, { cause });
  }
  if (typeof header !== 'object' || header === null) return fail('must be an object');
  if (header.version !== version) {
    return fail(`has version ${String(header.version)}; this release reads version ${version}`);
  }
  const { design, output, dt } = header;
  if (typeof output !== 'string') return fail('has no name of an output layer');
  if (!(typeof dt === 'number' && dt > 0 && dt < Infinity))
    return fail(`has dt ${String(dt)}, not seconds above 0`);
  if (typeof design !== 'object') return fail('has no design');
  const { inputs, activation, hidden, skip, spread } = design;
  if (!inputTransformNames.includes(inputs)) return fail(`has unknown inputs "${inputs}"`);
  if (!activationNames.includes(activation)) return fail(`has unknown activation "${activation}"`);
  if (!Array.isArray(hidden) || !hidden.every((units) => Number.isInteger(units) && units > 0)) {
    return fail('has hidden layers that are no list of numbers above 0');
  }
  if (typeof skip !== 'boolean' || typeof spread !== 'boolean') return fail('has no skip or spread');
  return { version, design, output, dt };
}
