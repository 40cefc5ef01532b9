import { clip, div, erf, greater, less, log, maximum, mul, sub, add, where } from '@pct/tensor';
import type { Tensor } from '@pct/tensor';
import { sphere } from '../../../m7/constants.js';
import { averageMassFactors, logDeviations, radiusLimitsCm } from '../../../m7/modes.js';
import { columns, row } from '../../tensors.js';
import { acidVolume, dryVolumes, isThere, leastNumber, sulfateVolume } from './volumes.js';

/** NS, KS and AS can pass particles on. */
const givers = 3;
const perGiver = (value: (mode: number) => number): number[] =>
  Array.from({ length: givers }, (_, mode) => value(mode));
const upper = perGiver((mode) => radiusLimitsCm[mode + 1]!);
/** Volume of a particle of average mass in the middle of its window, and of one at the upper end; cm³. */
const middleVolume = perGiver(
  (mode) => sphere * (Math.sqrt(radiusLimitsCm[mode]! * upper[mode]!) * averageMassFactors[mode]!) ** 3,
);
const upperVolume = perGiver((mode) => sphere * upper[mode]! ** 3);

/** Shares that stay in NS, KS and AS, [batch, 3] each. */
export interface Kept {
  readonly number: Tensor;
  readonly mass: Tensor;
}

/**
 * What stays in the modes whose particles have grown beyond the middle of their window, as in M7: the part of the
 * log-normal below the upper limit, at the volume of the middle.
 *
 * @param values - [batch, 28] before it
 * @param number - [batch, 7]
 * @see Vignati et al. 2004, section 2.6
 */
export function keptShares(values: Tensor, number: Tensor): Kept {
  const volume = dryVolumes(values, acidVolume, givers);
  const count = columns(number, 0, givers);
  const here = isThere(count, volume);
  const some = where(here, volume, 1);
  const many = maximum(count, leastNumber);
  // Radii are those of water uptake, which counts sulfate by its own molar mass.
  const particle = div(where(here, dryVolumes(values, sulfateVolume, givers), 1), many);
  const size = div(
    sub(
      row(upper.map((r, mode) => 3 * Math.log(r * averageMassFactors[mode]!) + Math.log(sphere))),
      log(particle),
    ),
    3,
  );
  const below = mul(
    add(erf(mul(size, row(perGiver((mode) => Math.SQRT1_2 / logDeviations[mode]!)))), 1),
    0.5,
  );
  const kept = where(less(size, -Math.log(10)), 0, below);
  const grown = greater(div(some, many), row(middleVolume));
  const remaining = mul(mul(kept, many), row(middleVolume));
  const moved = sub(some, remaining);
  const few = less(moved, mul(mul(sub(1, kept), many), row(upperVolume)));
  const byMass = sub(1, div(div(moved, row(upperVolume)), many));
  const applies = (share: Tensor): Tensor => where(here, where(grown, clip(share, 0, 1), 1), 1);
  return { number: applies(where(few, byMass, kept)), mass: applies(div(remaining, some)) };
}
