import { checkFinite, InvalidArgumentError } from '@pct/core';
import type { MergeTree } from '../results/types.js';

/** A local minimum and the saddle where its basin joins that of a deeper one. */
export interface PersistencePair {
  /** Grid index of the minimum. */
  readonly minimum: number;
  /** Loss of the minimum. */
  readonly birth: number;
  /** Grid index of the saddle; −1 for the deepest minimum of a connected part. */
  readonly saddle: number;
  /** Loss of the saddle; infinity for the deepest minimum of a connected part. */
  readonly death: number;
  /** death − birth. */
  readonly persistence: number;
}

/**
 * Persistence pairs of a merge tree, the most persistent first. Pairs of persistence 0, where a plateau splits by ties
 * alone, are left out.
 *
 * @param tree - from `mergeTree`
 */
export function persistencePairs(tree: MergeTree): PersistencePair[] {
  return Array.from(tree.minima, (minimum, k) => ({
    minimum,
    birth: tree.births[k]!,
    saddle: tree.saddles[k]!,
    death: tree.deaths[k]!,
    persistence: tree.deaths[k]! - tree.births[k]!,
  }))
    .filter(({ persistence }) => persistence > 0)
    .sort((a, b) =>
      a.persistence === b.persistence ? a.minimum - b.minimum : b.persistence - a.persistence,
    );
}

/**
 * The merge tree without the minima that are less persistent than a threshold, such as the noise of the loss. What joined them joins
 * the older minimum that they joined.
 *
 * @param tree - from `mergeTree`
 * @param threshold - least persistence of a minimum that stays, at least 0, in units of the loss
 * @throws {@link InvalidArgumentError} if the threshold is not such
 */
export function simplifyMergeTree(tree: MergeTree, threshold: number): MergeTree {
  checkFinite('simplifyMergeTree', 'threshold', threshold, { min: 0 });
  const { births, deaths, parents } = tree;
  const kept = Array.from(births.keys()).filter((k) => deaths[k]! - births[k]! >= threshold);
  const place = new Map(kept.map((k, index) => [k, index]));
  const elder = (k: number): number => {
    let at = parents[k]!;
    while (at >= 0 && !place.has(at)) at = parents[at]!;
    return at < 0 ? -1 : place.get(at)!;
  };
  return {
    ...tree,
    minima: Int32Array.from(kept, (k) => tree.minima[k]!),
    births: Float64Array.from(kept, (k) => births[k]!),
    saddles: Int32Array.from(kept, (k) => tree.saddles[k]!),
    deaths: Float64Array.from(kept, (k) => deaths[k]!),
    parents: Int32Array.from(kept, elder),
    provenance: { ...tree.provenance, settings: { ...tree.provenance.settings, threshold } },
  };
}

/**
 * Mean difference in loss between saddles and the minima that they join to deeper ones: small for landscapes without
 * barriers. 0 if there is a single minimum.
 *
 * @param tree - from `mergeTree`, simplified if the loss is noisy
 * @see Landscaper 2026, arXiv:2602.07135, there SMAD
 */
export function meanSaddleMinimumGap(tree: MergeTree): number {
  const finite = persistencePairs(tree).filter(({ death }) => death < Infinity);
  return finite.reduce((sum, { persistence }) => sum + persistence / finite.length, 0);
}

/**
 * Bottleneck distance of two persistence diagrams: the least δ for which their pairs can be matched with each other, or with the
 * diagonal, moving each birth and death by at most δ. By search over the candidates with a matching each; for up to some
 * hundred pairs.
 *
 * @param a - pairs of one tree; those without a saddle are left out
 * @param b - pairs of the other
 * @throws {@link InvalidArgumentError} if a birth is not finite
 */
export function bottleneckDistance(
  a: readonly Pick<PersistencePair, 'birth' | 'death'>[],
  b: readonly Pick<PersistencePair, 'birth' | 'death'>[],
): number {
  const [left, right] = [a, b].map((pairs) => pairs.filter(({ death }) => death < Infinity));
  for (const { birth, death } of [...left!, ...right!])
    if (!Number.isFinite(birth) || !(death >= birth))
      throw new InvalidArgumentError(
        `bottleneckDistance: pairs must have finite births, not above their deaths, got ${birth} and ${death}`,
      );
  const costs = costMatrix(left!, right!);
  const candidates = [...new Set([0, ...costs.flat()])].sort((x, y) => x - y);
  let low = 0;
  let high = candidates.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (matchesAll(costs, candidates[middle]!)) high = middle;
    else low = middle + 1;
  }
  return candidates[low]!;
}

type Point = Pick<PersistencePair, 'birth' | 'death'>;

/** Costs of n + m points each: those of one diagram and as many places on the diagonal as the other has points. */
function costMatrix(left: readonly Point[], right: readonly Point[]): number[][] {
  const [n, m] = [left.length, right.length];
  const toDiagonal = ({ birth, death }: Point): number => (death - birth) / 2;
  return Array.from({ length: n + m }, (_, i) =>
    Array.from({ length: n + m }, (__, j) => {
      if (i >= n) return j >= m ? 0 : toDiagonal(right[j]!);
      if (j >= m) return toDiagonal(left[i]!);
      const [p, q] = [left[i]!, right[j]!];
      return Math.max(Math.abs(p.birth - q.birth), Math.abs(p.death - q.death));
    }),
  );
}

/** Whether all rows find a column of their own at no more than the limit, by augmenting paths. */
function matchesAll(costs: readonly (readonly number[])[], limit: number): boolean {
  const rowOf = new Int32Array(costs.length).fill(-1);
  const augment = (row: number, seen: Uint8Array): boolean => {
    for (let column = 0; column < rowOf.length; column++) {
      if (costs[row]![column]! > limit || seen[column] === 1) continue;
      seen[column] = 1;
      if (rowOf[column]! < 0 || augment(rowOf[column]!, seen)) {
        rowOf[column] = row;
        return true;
      }
    }
    return false;
  };
  return costs.every((_, row) => augment(row, new Uint8Array(costs.length)));
}
