export { fromTf, toTf } from './adapters.js';
export { tfjsFallbacks } from './fallbacks.js';
export type { TfjsFallback } from './fallbacks.js';
export { fromLayersModel } from './fromLayersModel.js';
export type {
  FromLayersModelOptions,
  LayersApply,
  LayersParameters,
  LayersProgram,
} from './fromLayersModel.js';
export type { TfjsBackend } from './load.js';
export { tfFunction } from './tfFunction.js';
export type { TfArguments, TfFunctionOptions } from './tfFunction.js';
export { tfjs } from './tfjsRuntime.js';
export type { TfjsOptions, TfjsPassedOver, TfjsRuntime } from './tfjsRuntime.js';
export type { TfModule, TfTensor } from './types.js';
