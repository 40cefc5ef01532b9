/** What an agent can reach: kinks as cosines, which need no trigonometry per candidate. */

/** Cosine of the angle between the unit directions of two edges. */
export function kinkCosine(directions: Float64Array, a: number, b: number): number {
  return (
    directions[3 * a]! * directions[3 * b]! +
    directions[3 * a + 1]! * directions[3 * b + 1]! +
    directions[3 * a + 2]! * directions[3 * b + 2]!
  );
}

/** Cosine that a kink must have to be a candidate. @param width - that the agent expects, rad */
export function leastCosine(maxKink: number, width: number): number {
  return Math.cos(Math.min(Math.PI, maxKink * width));
}
