import {
  csdaRange,
  energyFromRange,
  materials,
  momentumVelocity,
  stoppingPower,
  type DetectorGeometry,
} from '@pct/detector';
import { gapsOf, type Gaps } from './gaps.js';

/** Step of tables over residual range, g/cm² of water. */
const STEP = 0.05;

/** Residual range at the first entry of the tables: a proton that is about to stop, g/cm². */
const LEAST_RANGE = 0.01;

/** Least energy of Bethe's formula, MeV; a proton below it stops within 25 µm of water. */
const LEAST_BETHE_MEV = 1;

/**
 * How wide protons scatter at a sensor and what they deposit there, as functions of the range that they have left.
 * Depths and ranges are in g/cm² of water.
 *
 * The variance of the projected kink at sensor l, between the segments of gap l and gap l + 1, is
 *
 * σ² = θ₀²(l) ⟨(1 − s/D)²⟩ + θ₀²(l + 1) ⟨(s/D)²⟩,
 *
 * θ₀ Highland's angle of each gap at the energy that the proton has there, and ⟨ ⟩ the mean lever arms of its material.
 *
 * @see Gottschalk et al. 1993, NIM B 74, 467, eq. 2 (Highland's formula with pv in MeV)
 */
export class KinkModel {
  /** Number of layers of the geometry. */
  readonly layers: number;
  /** Depth of every sensor below the first one, [layers]. */
  readonly depth: Float64Array;
  /** Range of the beam's protons before the phantom. */
  readonly beamRange: number;

  readonly #gaps: Gaps;
  /** 1 / (pv)², 1/MeV², and logarithm of the mean deposit in MeV, over residual range; each [ranges]. */
  readonly #inverseSquare: Float64Array;
  readonly #logDeposit: Float64Array;

  /**
   * @param caller - opens messages
   * @param geometry - detector; all sensors are taken to be like that of its deepest layer
   * @param beamEnergyMeV - energy before the phantom
   * @throws InvalidArgumentError if the geometry is not consistent, or the energy is out of range
   */
  constructor(caller: string, geometry: DetectorGeometry, beamEnergyMeV: number) {
    this.#gaps = gapsOf(caller, geometry);
    const { water } = this.#gaps;
    this.layers = water.length;
    this.depth = Float64Array.from(water);
    for (let l = 1; l < this.layers; l++) this.depth[l]! += this.depth[l - 1]!;
    this.beamRange = csdaRange(materials.water, beamEnergyMeV);
    const { material, thicknessMm } = geometry.layers[this.layers - 1]!.slabs.find((slab) => slab.sensitive)!;
    const areal = (material.density * thicknessMm) / 10;
    const longest = Math.max(this.depth[this.layers - 1]!, 0) + this.beamRange;
    const size = Math.ceil(longest / STEP) + 2;
    this.#inverseSquare = new Float64Array(size);
    this.#logDeposit = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const energy = energyFromRange(materials.water, Math.max(i * STEP, LEAST_RANGE));
      this.#inverseSquare[i] = momentumVelocity(energy) ** -2;
      this.#logDeposit[i] = Math.log(stoppingPower(material, Math.max(energy, LEAST_BETHE_MEV)) * areal);
    }
  }

  /** Water between sensor l and the next deeper one; for the deepest, as for the one before it. */
  gapBehind(l: number): number {
    return this.#gaps.water[Math.min(l + 1, this.layers - 1)]!;
  }

  /**
   * Variance of the projected kink at a sensor, rad², > 0.
   *
   * @param l - layer of the sensor, from 1: the segment in front of it ends in layer l − 1
   * @param range - that is left at the sensor
   */
  kinkVariance(l: number, range: number): number {
    const { water, strength, behind, inside } = this.#gaps;
    const pv = (at: number): number => interpolate(this.#inverseSquare, at);
    const front = strength[l]! ** 2 * behind[l]! * pv(range + water[l]! / 2);
    if (l + 1 >= this.layers) return front;
    return front + strength[l + 1]! ** 2 * inside[l + 1]! * pv(range - water[l + 1]! / 2);
  }

  /** Logarithm of the mean deposit in a sensor, in MeV, for the range that is left there. */
  logDeposit(range: number): number {
    return interpolate(this.#logDeposit, range);
  }
}

/** Linear interpolation in a table over residual range; constant beyond its ends. */
function interpolate(table: Float64Array, range: number): number {
  const position = Math.min(Math.max(0, range / STEP), table.length - 1);
  const i = Math.min(Math.floor(position), table.length - 2);
  return table[i]! + (position - i) * (table[i + 1]! - table[i]!);
}
