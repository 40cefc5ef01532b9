import { decodeModel, type TrackingModel } from '../model/trackingModel.js';
import { pretrainedBase64 } from './pretrained.js';

/**
 * The line network with weights that come with the package, trained on simulated frames of 10 to 150 primaries behind 100,
 * 150 and 200 mm of water in the detector of `@pct/detector`. For other detectors or many more particles per frame, train
 * it on frames of their own.
 *
 * @returns a model of its own; its parameters may be changed or trained further with `train({ initial })`
 * @example
 * ```ts
 * const tracks = await gnnTracker(pretrainedModel()).reconstruct(frame);
 * ```
 */
export function pretrainedModel(): TrackingModel {
  const characters = atob(pretrainedBase64);
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
  return decodeModel(bytes, { file: 'pretrained model of @pct/gnn-dfl' });
}
