import { defineTask, Rng, type RngState } from '@pct/core';
import { operatorFromRecipe } from './hessianOperator.js';
import type { OperatorRecipe } from './operator.js';
import { quadrature, type Quadrature, type QuadratureSetting } from './quadrature.js';

/** One product of an operator with a vector. */
export interface ProductInput {
  readonly recipe: OperatorRecipe;
  readonly vector: Float64Array;
}

/** A v; runs in this thread or in a worker. */
export const operatorProduct = defineTask({
  module: import.meta.url,
  name: 'operatorProduct',
  run: async ({ recipe, vector }: ProductInput): Promise<Float64Array> =>
    (await operatorFromRecipe(recipe)).apply(vector),
});

/** One run of stochastic Lanczos quadrature. */
export interface QuadratureInput {
  readonly recipe: OperatorRecipe;
  readonly setting: QuadratureSetting;
  readonly run: number;
  /** Stream whose child `run` makes the start vector. */
  readonly rng: RngState;
}

/** Nodes and weights of one start vector; runs in this thread or in a worker. */
export const quadratureRun = defineTask({
  module: import.meta.url,
  name: 'quadratureRun',
  run: async ({ recipe, setting, run, rng }: QuadratureInput, { signal }): Promise<Quadrature> =>
    quadrature(await operatorFromRecipe(recipe), setting, run, Rng.fromState(rng), signal),
});
