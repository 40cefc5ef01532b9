import type { SparseCostMatrix } from './sparse/types.js';
import type { AssignmentSolver, CostMatrix } from './types.js';

/** Hits of consecutive layers that belong together, one per layer. */
export interface Chain {
  /** Layer of the first hit, from 0. */
  readonly firstLayer: number;
  /** Index of the hit in each layer from `firstLayer` on; `[length of the chain]`, at least one. */
  readonly hits: Int32Array;
  /** Costs of its links, and of opening and closing it where these have a price. */
  readonly cost: number;
}

/** What is known when the costs between two layers are asked for. */
export interface LinkContext {
  /** The nearer of both layers, from 0: its hits are the rows. */
  readonly layer: number;
  /** How many hits it has; 0 for the first layer, whose hits are not known before its costs are. */
  readonly hits: number;
  /**
   * The chain that ends with a hit of this layer, with what it costs so far.
   *
   * @param hit - index of the hit, from 0 and below `hits`
   */
  readonly chainOf: (hit: number) => Chain;
}

/**
 * Costs of linking hits of one layer, the rows, with hits of the next, the columns; `Infinity` forbids a link, and so
 * does leaving it out of sparse costs. Or a function that gives them, called when all earlier layers are linked.
 */
export type LinkCosts =
  CostMatrix | SparseCostMatrix | ((context: LinkContext) => CostMatrix | SparseCostMatrix);

/** A price for every hit: one number, or by layer and index of the hit, both from 0. Finite. */
export type HitCost = number | ((layer: number, hit: number) => number);

/** Options of `multidimensionalAssignment`. */
export interface MultidimensionalOptions {
  /**
   * Price of a chain that begins with this hit, in the unit of the costs; beginning in the first layer is free.
   *
   * @defaultValue `undefined`: 0 if there is a `closeCost`, else hits are left over only as far as one layer has more
   */
  readonly openCost?: HitCost | undefined;
  /**
   * Price of a chain that ends with this hit, in the unit of the costs; ending in the last layer is free.
   *
   * @defaultValue `undefined`: 0 if there is an `openCost`, else as above
   */
  readonly closeCost?: HitCost | undefined;
  /**
   * What links two layers. It has to minimise and to match every row or every column, whichever are fewer: hits that
   * may stay alone are handed to it as a matrix `[rows, columns + rows]` in which every row has a column of its own.
   * Sparse costs are made dense for a solver without `acceptsSparse`.
   *
   * @defaultValue the method of `sparseAssignment`
   */
  readonly solver?: AssignmentSolver | undefined;
}

/** Result of `multidimensionalAssignment`. */
export interface MultidimensionalAssignment {
  /** Every hit of every layer in exactly one of them; by first layer, then by the index of the first hit. */
  readonly chains: Chain[];
  /** Costs of all chains together. */
  readonly cost: number;
}
