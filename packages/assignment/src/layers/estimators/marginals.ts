/** Projection of a matrix to directions that keep row and column sums: the linear system of implicit derivatives. */

/** A matrix of weights and which of its row and column sums are fixed. */
export interface WeightedPairs {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]`, at least 0. */
  readonly weights: Float64Array;
  /** `[rows]`, whether the sum of the row is free to change; `undefined`: none. */
  readonly freeRows?: ArrayLike<boolean> | undefined;
  /** `[columns]`, likewise. */
  readonly freeColumns?: ArrayLike<boolean> | undefined;
}

/** Below this, conductances count as 0, since their inverses would overflow. */
const LEAST = 1e-290;

/**
 * W ⊙ (G - a 1ᵀ - 1 bᵀ) with the a and b (0 where sums are free) that make its fixed row and column sums 0: the least
 * squares fit of G by a row and a column term, under weights W.
 *
 * The normal equations are those of a resistor network with a node per row and per column and conductances W. The
 * longer side is eliminated first, each node of which only touches the other side; then the rest, one node after the
 * other. Conductances are only added, multiplied and divided, never subtracted, so that each is exact to
 * rounding, however near W is to a permutation. Separate networks need no special care: their last node has
 * conductance 0 and stays at 0.
 *
 * @param values - G, `[rows, columns]`, finite
 * @returns `[rows, columns]`, a new array
 * @see Grassmann, Taksar & Heyman 1985, Operations Research 33, 1107-1116, doi:10.1287/opre.33.5.1107, for
 * elimination without subtractions
 */
export function projectToMarginals(pairs: WeightedPairs, values: Float64Array): Float64Array {
  const { rows, columns, weights } = pairs;
  const transposed = rows < columns;
  const inner = transposed ? columns : rows;
  const outer = transposed ? rows : columns;
  const [freeInner, freeOuter] = transposed
    ? [pairs.freeColumns, pairs.freeRows]
    : [pairs.freeRows, pairs.freeColumns];
  const innerStep = transposed ? 1 : columns;
  const outerStep = transposed ? columns : 1;

  const network = new Float64Array(outer * outer);
  const ground = new Float64Array(outer);
  const current = new Float64Array(outer);
  const sums = new Float64Array(inner);
  const touched = new Int32Array(outer);
  for (let i = 0; i < inner; i++) {
    let count = 0;
    let sum = 0;
    for (let p = 0; p < outer; p++) {
      const weight = weights[i * innerStep + p * outerStep]!;
      if (weight === 0) continue;
      touched[count++] = p;
      sum += weight;
    }
    sums[i] = sum;
    for (let s = 0; s < count; s++) {
      const p = touched[s]!;
      const at = i * innerStep + p * outerStep;
      if (freeInner?.[i] === true) {
        ground[p] = ground[p]! + weights[at]!;
        current[p] = current[p]! + weights[at]! * values[at]!;
        continue;
      }
      for (let t = s + 1; t < count; t++) {
        const q = touched[t]!;
        const other = i * innerStep + q * outerStep;
        const weight = (weights[at]! / sum) * weights[other]!;
        const flow = weight * (values[at]! - values[other]!);
        network[p * outer + q] = network[p * outer + q]! + weight;
        current[p] = current[p]! + flow;
        current[q] = current[q]! - flow;
      }
    }
  }
  if (freeOuter !== undefined) groundNodes(network, ground, outer, freeOuter);
  const potentials = eliminate(network, ground, current, outer, freeOuter);
  return residual(pairs, values, potentials, {
    inner,
    outer,
    innerStep,
    outerStep,
    sums,
    freeInner,
  });
}

/** Turns the conductances to nodes that are held at 0 into conductances to ground. */
function groundNodes(
  network: Float64Array,
  ground: Float64Array,
  count: number,
  held: ArrayLike<boolean>,
): void {
  for (let p = 0; p < count; p++) {
    for (let q = p + 1; q < count; q++) {
      if (held[p] === held[q]) continue;
      const node = held[p] === true ? q : p;
      ground[node] = ground[node]! + network[p * count + q]!;
      network[p * count + q] = 0;
    }
  }
}

/** Potentials of the nodes of a network (upper triangle) with these currents; nodes that are held stay at 0. */
function eliminate(
  network: Float64Array,
  ground: Float64Array,
  current: Float64Array,
  count: number,
  held: ArrayLike<boolean> | undefined,
): Float64Array {
  const potentials = new Float64Array(count);
  const totals = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    if (held?.[k] === true) continue;
    let total = ground[k]!;
    for (let q = k + 1; q < count; q++) total += network[k * count + q]!;
    if (total < LEAST) continue;
    totals[k] = total;
    for (let p = k + 1; p < count; p++) {
      const share = network[k * count + p]! / total;
      if (share === 0) continue;
      for (let q = p + 1; q < count; q++) {
        network[p * count + q] = network[p * count + q]! + share * network[k * count + q]!;
      }
      ground[p] = ground[p]! + share * ground[k]!;
      current[p] = current[p]! + share * current[k]!;
    }
  }
  for (let k = count - 1; k >= 0; k--) {
    if (totals[k] === 0) continue;
    let sum = current[k]!;
    for (let q = k + 1; q < count; q++) sum += network[k * count + q]! * potentials[q]!;
    potentials[k] = sum / totals[k]!;
  }
  return potentials;
}

interface Layout {
  readonly inner: number;
  readonly outer: number;
  readonly innerStep: number;
  readonly outerStep: number;
  /** Sum of the weights of every inner node. */
  readonly sums: Float64Array;
  readonly freeInner: ArrayLike<boolean> | undefined;
}

function residual(
  { weights }: WeightedPairs,
  values: Float64Array,
  potentials: Float64Array,
  { inner, outer, innerStep, outerStep, sums, freeInner }: Layout,
): Float64Array {
  const projected = new Float64Array(weights.length);
  for (let i = 0; i < inner; i++) {
    // Relative to the heaviest entry, of which the rest may be a tiny part: its own distance from the mean is exact.
    let heaviest = 0;
    for (let p = 1; p < outer; p++) {
      if (weights[i * innerStep + p * outerStep]! > weights[i * innerStep + heaviest * outerStep]!)
        heaviest = p;
    }
    const held = freeInner?.[i] === true || outer === 0 || sums[i] === 0;
    const origin = held ? 0 : values[i * innerStep + heaviest * outerStep]! - potentials[heaviest]!;
    let own = 0;
    for (let p = 0; p < outer && !held; p++) {
      const at = i * innerStep + p * outerStep;
      if (weights[at] !== 0) own += (weights[at]! / sums[i]!) * (values[at]! - potentials[p]! - origin);
    }
    for (let p = 0; p < outer; p++) {
      const at = i * innerStep + p * outerStep;
      if (weights[at] !== 0) projected[at] = weights[at]! * (values[at]! - potentials[p]! - origin - own);
    }
  }
  return projected;
}
