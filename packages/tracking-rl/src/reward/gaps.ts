import { InvalidArgumentError } from '@pct/core';
import {
  highlandAngle,
  materials,
  momentumVelocity,
  sensorPositionsMm,
  stoppingPower,
  type DetectorGeometry,
} from '@pct/detector';

/** Energy at which materials are turned into water and strengths are taken; the results hardly depend on it. */
const REFERENCE_MEV = 100;

/** What stands between the sensors of neighbouring layers; entry l is the gap from sensor l − 1 to sensor l. */
export interface Gaps {
  /** Thickness in water, g/cm²; [layers], 0 for l = 0. */
  readonly water: Float64Array;
  /** Highland's θ₀ · pv, MeV; [layers]. */
  readonly strength: Float64Array;
  /**
   * Share of the scattering variance of gap l that turns the next segment, behind sensor l, against the one in the
   * gap: mean of (1 − s/D)² over its material, s in front of sensor l, D the length of the gap; [layers].
   */
  readonly behind: Float64Array;
  /** Share that turns the segment in gap l against the one in front of it: mean of (s/D)²; [layers]. */
  readonly inside: Float64Array;
}

/**
 * Thickness and lever arms of the material between sensors.
 *
 * A sheet at distance s in front of sensor l scatters by θ: the segment from sensor l − 1 to sensor l, D long, turns by
 * θ s/D, and the next by all of θ.
 *
 * @param caller - opens the message
 * @throws InvalidArgumentError if the geometry is not consistent, or there is nothing between two sensors
 */
export function gapsOf(caller: string, geometry: DetectorGeometry): Gaps {
  const sensors = sensorPositionsMm(geometry);
  const count = sensors.length;
  const zeros = (): Float64Array => new Float64Array(count);
  const gaps = { water: zeros(), strength: zeros(), behind: zeros(), inside: zeros() };
  const perWater = stoppingPower(materials.water, REFERENCE_MEV);
  for (let l = 1; l < count; l++) {
    const [from, to] = [sensors[l - 1]!, sensors[l]!];
    let radiationLengths = 0;
    for (const layer of [geometry.layers[l - 1]!, geometry.layers[l]!]) {
      let front = layer.frontMm;
      for (const { material, thicknessMm } of layer.slabs) {
        // The slab's part inside the gap reaches from `far` to `near`, in lengths of the gap in front of sensor l.
        const far = (to - Math.max(from, front)) / (to - from);
        const near = (to - Math.min(to, front + thicknessMm)) / (to - from);
        front += thicknessMm;
        if (!(far > near)) continue;
        const areal = (material.density * (far - near) * (to - from)) / 10;
        const lengths = areal / material.radiationLength;
        const [mean, meanSquare] = [(far + near) / 2, (far * far + far * near + near * near) / 3];
        gaps.water[l]! += (areal * stoppingPower(material, REFERENCE_MEV)) / perWater;
        gaps.inside[l]! += lengths * meanSquare;
        gaps.behind[l]! += lengths * (1 - 2 * mean + meanSquare);
        radiationLengths += lengths;
      }
    }
    if (!(radiationLengths > 0))
      throw new InvalidArgumentError(
        `${caller}: geometry must have material between layers ${l - 1} and ${l}, got none; kinks need a width`,
      );
    gaps.strength[l] = highlandAngle(REFERENCE_MEV, radiationLengths) * momentumVelocity(REFERENCE_MEV);
    gaps.inside[l]! /= radiationLengths;
    gaps.behind[l]! /= radiationLengths;
  }
  return gaps;
}
