import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { arraysToTree, decodeSafetensors, encodeSafetensors, type NdArray } from '@pct/tensor';
import { interactionNetwork, type InteractionNetworkOptions } from './interactionNetwork.js';
import type { InteractionParameters } from './lineNetwork.js';
import type { Architecture, TrackingNetwork } from './types.js';

/** A network with its parameters. */
export interface TrackingModel {
  readonly network: TrackingNetwork;
  readonly parameters: InteractionParameters<NdArray>;
}

/** Key of the architecture in the metadata of a weight file. */
const KEY = 'pct.gnn-dfl.architecture';

/**
 * A model as bytes of a safetensors file: PyTorch, JAX and others read it too. The architecture is in its metadata.
 *
 * @throws InvalidArgumentError if the parameters do not belong to the network
 */
export function encodeModel({ network, parameters }: TrackingModel): Uint8Array {
  checkParameters('encodeModel', network, parameters);
  return encodeSafetensors(parameters as never, {
    metadata: { [KEY]: JSON.stringify(network.architecture) },
  });
}

/**
 * Reads what {@link encodeModel} wrote.
 *
 * @param bytes - of the file
 * @param options - name of the file for messages, and how messages are to be computed
 * @throws FileFormatError if it is no safetensors file of such a model
 * @throws InvalidArgumentError or ShapeError that names the first tensor which does not fit the architecture
 */
export function decodeModel(
  bytes: Uint8Array,
  options: { readonly file?: string | undefined } & Pick<InteractionNetworkOptions, 'messages'> = {},
): TrackingModel {
  const { file = 'model', messages } = options;
  const { arrays, metadata } = decodeSafetensors(bytes, { file });
  const text = metadata[KEY];
  if (text === undefined)
    throw new FileFormatError(
      { file },
      `the metadata must have "${KEY}"; is this a file of encodeModel? For weights from elsewhere, ` +
        'make the network with interactionNetwork and pass { network, parameters }',
    );
  const network = interactionNetwork({ ...readArchitecture(file, text), messages });
  const parameters = arraysToTree(arrays, network.initialize(0) as never) as InteractionParameters<NdArray>;
  checkParameters('decodeModel', network, parameters);
  return { network, parameters };
}

function readArchitecture(file: string, text: string): Architecture {
  try {
    return JSON.parse(text) as Architecture;
  } catch (cause) {
    throw new FileFormatError({ file }, `"${KEY}" must be JSON, got ${text.slice(0, 40)}`, { cause });
  }
}

/** Every array of a tree with its path, sorted. */
function listArrays(tree: unknown, path = ''): [path: string, array: NdArray][] {
  if (typeof tree !== 'object' || tree === null) return [];
  if ('data' in tree && 'shape' in tree) return [[path, tree as NdArray]];
  return Object.entries(tree).flatMap(([key, value]) =>
    listArrays(value, path === '' ? key : `${path}.${key}`),
  );
}

/** @throws InvalidArgumentError that names the first array which is missing, superfluous or of another shape */
export function checkParameters(name: string, network: TrackingNetwork, parameters: unknown): void {
  const wanted = new Map(listArrays(network.initialize(0)));
  const given = new Map(listArrays(parameters));
  for (const [path, { shape }] of wanted) {
    const array = given.get(path);
    const expected = `float32 [${shape.join(', ')}]`;
    if (array === undefined)
      throw new InvalidArgumentError(`${name}: ${path} is missing, the network needs ${expected}`);
    if (!(array.data instanceof Float32Array) || array.shape.join() !== shape.join())
      throw new InvalidArgumentError(
        `${name}: ${path} must be ${expected}, got ${array.data.constructor.name} [${array.shape.join(', ')}]; ` +
          'these weights belong to another architecture',
      );
    const bad = array.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new InvalidArgumentError(`${name}: ${path} must be finite, got ${array.data[bad]} at ${bad}`);
  }
  for (const path of given.keys())
    if (!wanted.has(path))
      throw new InvalidArgumentError(`${name}: ${path} is not a parameter of the network`);
}
