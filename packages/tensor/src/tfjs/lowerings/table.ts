import type { TfLowerings } from '../types.js';
import { convolutionLowerings } from './convolution.js';
import { elementwiseLowerings } from './elementwise.js';
import { indexingLowerings } from './indexing.js';
import { reductionLowerings } from './reductions.js';
import { shapeLowerings } from './shapes.js';

/** How tfjs runs each primitive, by its name; one that is not here is computed in TypeScript. */
export const tfLowerings: TfLowerings = {
  ...elementwiseLowerings,
  ...shapeLowerings,
  ...reductionLowerings,
  ...indexingLowerings,
  ...convolutionLowerings,
};
