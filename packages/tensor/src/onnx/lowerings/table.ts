import { convolutionLowerings } from './convolution.js';
import { elementwiseLowerings } from './elementwise.js';
import { indexingLowerings } from './indexing.js';
import { orderLowerings } from './order.js';
import { reductionLowerings } from './reductions.js';
import { shapeLowerings } from './shapes.js';
import type { LoweringTable } from './types.js';

/** How each primitive is written in ONNX, by its name. A primitive may bring its own in `lower.onnx` instead. */
export const onnxLowerings: LoweringTable = {
  ...elementwiseLowerings,
  ...shapeLowerings,
  ...reductionLowerings,
  ...indexingLowerings,
  ...convolutionLowerings,
  ...orderLowerings,
};
