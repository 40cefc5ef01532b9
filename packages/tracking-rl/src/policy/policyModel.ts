import { FileFormatError, InvalidArgumentError } from '@pct/core';
import { arraysToTree, decodeSafetensors, encodeSafetensors, type NdArray } from '@pct/tensor';
import { attentionPolicy } from './attentionPolicy.js';
import { simplePolicy } from './simplePolicy.js';
import type { PolicyArchitecture, PolicyParameters, TrackingPolicy } from './types.js';

/** A policy with its parameters. */
export interface PolicyModel {
  readonly policy: TrackingPolicy;
  readonly parameters: PolicyParameters<NdArray>;
}

/** Key of the architecture in the metadata of a weight file. */
const KEY = 'pct.tracking-rl.architecture';

/**
 * A policy with its parameters as bytes of a safetensors file, with the architecture in its metadata.
 *
 * @throws InvalidArgumentError if the parameters do not belong to the policy
 */
export function encodePolicy({ policy, parameters }: PolicyModel): Uint8Array {
  checkPolicyParameters('encodePolicy', policy, parameters);
  return encodeSafetensors(parameters, { metadata: { [KEY]: JSON.stringify(policy.architecture) } });
}

/**
 * Reads what {@link encodePolicy} wrote.
 *
 * @param bytes - of the file
 * @param options - name of the file for messages, and the policy that is wanted, if it has to be a certain one
 * @throws FileFormatError if it is no safetensors file of a policy
 * @throws InvalidArgumentError that names the first tensor which does not fit the architecture
 */
export function decodePolicy(
  bytes: Uint8Array,
  options: { readonly file?: string | undefined; readonly policy?: TrackingPolicy | undefined } = {},
): PolicyModel {
  const { file = 'policy' } = options;
  const { arrays, metadata } = decodeSafetensors(bytes, { file });
  const text = metadata[KEY];
  if (text === undefined)
    throw new FileFormatError({ file }, `the metadata must have "${KEY}"; is this a file of encodePolicy?`);
  const policy = options.policy ?? makePolicy(readArchitecture(file, text));
  const read: Record<string, Record<string, NdArray>> = {};
  for (const [path, array] of Object.entries(arrays)) {
    const dot = path.indexOf('.');
    const layer = path.slice(0, Math.max(dot, 0));
    (read[layer] ??= {})[path.slice(dot + 1)] = array;
  }
  checkPolicyParameters('decodePolicy', policy, read);
  // In the order of the policy, which flat vectors of parameters follow.
  const parameters = arraysToTree(arrays, policy.initialize(0) as never) as PolicyParameters<NdArray>;
  return { policy, parameters };
}

/** The policy of an architecture. @throws InvalidArgumentError if there is no such kind or a size is out of range */
function makePolicy({ kind, ...rest }: PolicyArchitecture): TrackingPolicy {
  if (kind === 'simple') return simplePolicy(rest);
  if (kind === 'attention') return attentionPolicy(rest);
  throw new InvalidArgumentError(
    `makePolicy: kind must be 'simple' or 'attention', got ${JSON.stringify(kind)}`,
  );
}

function readArchitecture(file: string, text: string): PolicyArchitecture {
  try {
    return JSON.parse(text) as PolicyArchitecture;
  } catch (cause) {
    throw new FileFormatError({ file }, `"${KEY}" must be JSON, got ${text.slice(0, 40)}`, { cause });
  }
}

/** @throws InvalidArgumentError that names the first array which is missing, superfluous, of another shape or not finite */
export function checkPolicyParameters(
  name: string,
  policy: TrackingPolicy,
  parameters: PolicyParameters<NdArray>,
): void {
  const wanted = policy.initialize(0);
  for (const [layer, arrays] of Object.entries(wanted))
    for (const [key, { shape }] of Object.entries(arrays)) {
      const expected = `float32 [${shape.join(', ')}]`;
      const array = parameters[layer]?.[key];
      if (array === undefined)
        throw new InvalidArgumentError(
          `${name}: ${layer}.${key} is missing, the ${policy.name} policy needs ${expected}; ` +
            'these weights belong to another architecture',
        );
      if (!(array.data instanceof Float32Array) || array.shape.join() !== shape.join())
        throw new InvalidArgumentError(
          `${name}: ${layer}.${key} must be ${expected}, got ${array.data.constructor.name} ` +
            `[${array.shape.join(', ')}]; these weights belong to another architecture`,
        );
      const bad = array.data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0)
        throw new InvalidArgumentError(
          `${name}: ${layer}.${key} must be finite, got ${array.data[bad]} at ${bad}`,
        );
    }
  for (const [layer, arrays] of Object.entries(parameters))
    for (const key of Object.keys(arrays))
      if (wanted[layer]?.[key] === undefined)
        throw new InvalidArgumentError(
          `${name}: ${layer === '' ? key : `${layer}.${key}`} is no parameter of the ${policy.name} policy; ` +
            'these weights belong to another architecture',
        );
}
