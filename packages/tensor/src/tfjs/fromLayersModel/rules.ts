import { activationLayers } from './activations.js';
import { basicLayers } from './basic.js';
import { imageLayers } from './images.js';
import type { LayerRule } from './LayerCall.js';
import { mergeLayers } from './merges.js';

/** All layers that are understood, by the name of their class. */
export const layerRules: ReadonlyMap<string, LayerRule> = new Map(
  [basicLayers, activationLayers, imageLayers, mergeLayers].flatMap((part) => Object.entries(part)),
);
