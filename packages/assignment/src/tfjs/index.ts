export { tfAssignmentLayer } from './tfAssignmentLayer.js';
export type { TfAssignmentInputs, TfAssignmentLayerOptions } from './tfAssignmentLayer.js';
