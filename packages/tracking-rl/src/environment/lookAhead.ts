import type { HitGraph } from '@pct/detector';

/** Kinks that a track can expect if it takes an edge, rad; Infinity where the path has no further edges. */
export interface LookAhead {
  /** Smallest kink with an edge that goes on, [edges]. */
  readonly one: Float64Array;
  /** Smallest √(θ₁² + θ₂²) of the next two kinks, [edges]. */
  readonly two: Float64Array;
}

/**
 * The straightest ways on from every edge, one and two layers further to the front. Hits of the same particle have
 * one; a wrong candidate seldom does, so that a track sees before its first kink which of its candidates are likely.
 *
 * @param graph - edges by their deeper hit, deepest layer first
 * @param directions - unit vectors, [edges, 3]
 */
export function lookAhead({ edgeCount, targets, rowOffsets }: HitGraph, directions: Float64Array): LookAhead {
  const one = new Float64Array(edgeCount).fill(Infinity);
  const two = new Float64Array(edgeCount).fill(Infinity);
  // Edges that go on stand behind those that they follow.
  for (let e = edgeCount - 1; e >= 0; e--) {
    const [ux, uy, uz] = [directions[3 * e]!, directions[3 * e + 1]!, directions[3 * e + 2]!];
    let nearest = Infinity;
    let straightest = Infinity;
    for (let f = rowOffsets[targets[e]!]!; f < rowOffsets[targets[e]! + 1]!; f++) {
      const dx = directions[3 * f]! - ux;
      const dy = directions[3 * f + 1]! - uy;
      const dz = directions[3 * f + 2]! - uz;
      const chord2 = dx * dx + dy * dy + dz * dz;
      if (chord2 < nearest) nearest = chord2;
      const next2 = one[f]! * one[f]!;
      // An angle is not below its chord, so that most need not be computed.
      if (chord2 + next2 < straightest) straightest = Math.min(straightest, angleOf(chord2) ** 2 + next2);
    }
    one[e] = angleOf(nearest);
    two[e] = Math.sqrt(straightest);
  }
  return { one, two };
}

/** Angle of two unit vectors from their squared distance, which unlike their product is exact for small angles. */
function angleOf(chord2: number): number {
  return chord2 === Infinity ? Infinity : 2 * Math.asin(Math.min(1, Math.sqrt(chord2) / 2));
}
