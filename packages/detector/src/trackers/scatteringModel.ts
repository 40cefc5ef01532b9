import { checkGeometry, sensitiveSlab, sensorPositionsMm } from '../checkGeometry.js';
import type { DetectorGeometry, DetectorLayer, Slab } from '../geometry.js';
import { materials } from '../physics/materials.js';
import { momentumVelocity } from '../physics/proton.js';
import { csdaRange, energyFromRange } from '../physics/range.js';
import { highlandAngle } from '../physics/scattering.js';
import { stoppingPower, stoppingPowerDomain } from '../physics/stopping.js';

/** Energy at which thicknesses are turned into water; the ratio of stopping powers hardly depends on it. */
const referenceEnergyMeV = 100;

/** Step of the tables over residual range, g/cm² of water. */
const rangeStep = 0.05;

/**
 * How wide protons scatter in a detector, as a function of their residual range.
 *
 * Depths and ranges are in g/cm² of water. Angles between sensors follow from where in the gap the material
 * stands: a sheet at distance s in front of the deeper of two sensors that are D apart turns the line
 * between them by s/D of its scattering angle, and the next line by all of it.
 */
export class ScatteringModel {
  /** Number of layers of the geometry. */
  readonly layers: number;
  /** Water-equivalent thickness between sensor l − 1 and sensor l, [layers]; 0 for l = 0. */
  readonly thickness: Float64Array;

  /** θ₀·pv of the gap in front of every sensor, MeV, [layers]. */
  readonly #strength: Float64Array;
  /** Mean of (1 − s/D)² and of (s/D)² over the gap's material, [layers]. */
  readonly #leaving: Float64Array;
  readonly #entering: Float64Array;
  /** pv, MeV, ∫ dR/(pv)² and mean deposit, MeV, over residual range, [ranges]. */
  readonly #pv: Float64Array;
  readonly #integral: Float64Array;
  readonly #deposit: Float64Array;
  readonly #beamRange: number;

  /**
   * @param caller - opens the messages
   * @param beamEnergyMeV - energy of the beam before the phantom
   * @throws InvalidArgumentError if a layer does not have exactly one sensitive slab or layers overlap
   */
  constructor(caller: string, geometry: DetectorGeometry, beamEnergyMeV: number) {
    const { layers } = geometry;
    checkGeometry(caller, geometry);
    const sensors = sensorPositionsMm(geometry);
    this.layers = layers.length;
    this.thickness = new Float64Array(layers.length);
    this.#strength = new Float64Array(layers.length);
    this.#leaving = new Float64Array(layers.length);
    this.#entering = new Float64Array(layers.length);
    for (let l = 1; l < layers.length; l++) {
      this.#addGap(l, layers[l - 1]!, layers[l]!, sensors[l - 1]!, sensors[l]!);
    }
    this.#beamRange = csdaRange(materials.water, beamEnergyMeV);
    const deepest = this.thickness.reduce((sum, value) => sum + value, 0);
    const size = Math.ceil((Math.max(deepest, this.#beamRange) + 5) / rangeStep) + 1;
    this.#pv = new Float64Array(size);
    this.#integral = new Float64Array(size);
    this.#deposit = new Float64Array(size);
    this.#fillTables(sensitiveSlab(layers[layers.length - 1]!));
  }

  /** Variance of the projected kink at the sensor of layer l, rad², for a residual range behind that sensor. */
  kinkVariance(l: number, range: number): number {
    let variance = this.#gapVariance(l, range + this.thickness[l]! / 2) * this.#leaving[l]!;
    if (l + 1 < this.layers) {
      variance += this.#gapVariance(l + 1, range - this.thickness[l + 1]! / 2) * this.#entering[l + 1]!;
    }
    return variance;
  }

  /**
   * Variance of the projected angle to the beam of the line from layer l − 1 to layer l, rad², for a residual
   * range behind sensor l: scattering in as much water as the beam lost in front of the detector, and in
   * all gaps.
   */
  angleVariance(l: number, range: number): number {
    let residual = range + this.thickness[l]! / 2;
    let variance = this.#gapVariance(l, residual) * this.#entering[l]!;
    for (let g = l - 1; g > 0; g--) {
      residual += (this.thickness[g]! + this.thickness[g + 1]!) / 2;
      variance += this.#gapVariance(g, residual);
    }
    return variance + this.#phantomVariance(residual + this.thickness[Math.min(1, l)]! / 2);
  }

  /**
   * Residual range behind a track's deepest sensor, l. The deposit says how fast the proton was; the range is at
   * least a quarter of the next layer and at most what the beam has left at that depth.
   */
  endRange(l: number, depositMeV: number): number {
    const next = this.thickness[Math.min(l + 1, this.layers - 1)]!;
    let depth = 0;
    for (let g = 1; g <= l; g++) depth += this.thickness[g]!;
    // Deposits fall with range: first entry of the table that is not above the given one.
    let low = 0;
    let high = this.#deposit.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#deposit[middle]! > depositMeV) low = middle + 1;
      else high = middle;
    }
    return Math.max(next / 4, Math.min(low * rangeStep, this.#beamRange - depth));
  }

  #addGap(l: number, before: DetectorLayer, layer: DetectorLayer, from: number, to: number): void {
    const length = to - from;
    let thickness = 0;
    let radiationLengths = 0;
    let leaving = 0;
    let entering = 0;
    for (const stack of [before, layer]) {
      let front = stack.frontMm;
      for (const { material, thicknessMm } of stack.slabs) {
        // Distances in front of the deeper sensor, of the part of the slab that is inside the gap.
        const far = to - Math.max(from, front);
        const near = to - Math.min(to, front + thicknessMm);
        front += thicknessMm;
        if (!(far > near)) continue;
        const areal = (material.density * (far - near)) / 10;
        const lengths = areal / material.radiationLength;
        const meanSquare = (far ** 3 - near ** 3) / (3 * length * length * (far - near));
        const mean = (far + near) / (2 * length);
        thickness += areal * stoppingPower(material, referenceEnergyMeV);
        radiationLengths += lengths;
        entering += lengths * meanSquare;
        leaving += lengths * (1 - 2 * mean + meanSquare);
      }
    }
    this.thickness[l] = thickness / stoppingPower(materials.water, referenceEnergyMeV);
    if (radiationLengths === 0) return;
    this.#strength[l] =
      highlandAngle(referenceEnergyMeV, radiationLengths) * momentumVelocity(referenceEnergyMeV);
    this.#leaving[l] = leaving / radiationLengths;
    this.#entering[l] = entering / radiationLengths;
  }

  #fillTables({ material, thicknessMm }: Slab): void {
    const areal = (material.density * thicknessMm) / 10;
    const { minimumMeV, maximumMeV } = stoppingPowerDomain;
    for (let i = 0; i < this.#pv.length; i++) {
      // The first entry stands for protons that are about to stop.
      const energy = energyFromRange(materials.water, Math.max(i, 0.2) * rangeStep);
      this.#pv[i] = momentumVelocity(energy);
      const inside = Math.min(maximumMeV, Math.max(minimumMeV, energy));
      this.#deposit[i] = stoppingPower(material, inside) * areal;
      if (i === 0) continue;
      const sum = this.#pv[i]! ** -2 + this.#pv[i - 1]! ** -2;
      this.#integral[i] = this.#integral[i - 1]! + (sum / 2) * rangeStep;
    }
  }

  #gapVariance(gap: number, range: number): number {
    const angle = this.#strength[gap]! / interpolate(this.#pv, range);
    return angle * angle;
  }

  /** Highland's formula for a thick absorber, with the energy loss integrated. */
  #phantomVariance(range: number): number {
    const lengths = (this.#beamRange - range) / materials.water.radiationLength;
    if (!(lengths > 0)) return 0;
    const integral = interpolate(this.#integral, this.#beamRange) - interpolate(this.#integral, range);
    const bracket = Math.max(0, 1 + Math.log10(lengths) / 9);
    return (14.1 * bracket) ** 2 * (integral / materials.water.radiationLength);
  }
}

/** Linear interpolation in a table over residual range; constant beyond its ends. */
function interpolate(table: Float64Array, range: number): number {
  const position = Math.min(Math.max(0, range / rangeStep), table.length - 1);
  const i = Math.min(Math.floor(position), table.length - 2);
  return table[i]! + (position - i) * (table[i + 1]! - table[i]!);
}
