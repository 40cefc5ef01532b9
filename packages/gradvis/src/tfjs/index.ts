export { layersModelObjective } from './layersModelObjective.js';
export type {
  LayersModelData,
  LayersModelLike,
  LayersModelObjectiveOptions,
} from './layersModelObjective.js';
