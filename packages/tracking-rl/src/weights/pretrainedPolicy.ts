import { decodePolicy, type PolicyModel } from '../policy/policyModel.js';
import { pretrainedBase64 } from './pretrained.js';

/**
 * The simple policy with weights that come with the package, trained on simulated frames of 10 to 150 primaries behind 100,
 * 150 and 200 mm of water in the detector of `@pct/detector`, from what its tracks scatter alone. For other detectors, train
 * one on frames of their own.
 *
 * @returns a model of its own; its parameters may be changed, or trained further with `trainPolicy({ initial })`
 * @example
 * ```ts
 * const tracks = await rlTracker(pretrainedPolicy()).reconstruct(frame);
 * ```
 */
export function pretrainedPolicy(): PolicyModel {
  const characters = atob(pretrainedBase64);
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
  return decodePolicy(bytes, { file: 'pretrained policy of @pct/tracking-rl' });
}
