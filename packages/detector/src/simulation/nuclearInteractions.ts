import type { Rng } from '@pct/core';
import { momentum } from '../physics/proton.js';
import { turn } from './direction.js';
import type { InteractionModel } from './models.js';
import type { ParticleQueue } from './particleQueue.js';
import { smallestCosine } from './limits.js';

/** Nucleons are knocked out of their nucleus at this cost, MeV. */
const separationMeV = 8;

/** Fast protons below this energy do not leave the place where they are made, MeV. */
const slowestSecondaryMeV = 2;

/** Rest mass of a nucleon, MeV. */
const nucleonMassMeV = 931.494;

/** What nuclei do to protons: turns directions and puts secondaries in the queue. */
export class NuclearInteractions {
  readonly #model: InteractionModel;
  readonly #queue: ParticleQueue;
  readonly #secondary = new Float64Array(3);

  constructor(model: InteractionModel, queue: ParticleQueue) {
    this.#model = model;
    this.#queue = queue;
  }

  /** Ends a proton in an inelastic reaction; its fast secondary protons start at (x, y, z). */
  react(
    x: number,
    y: number,
    z: number,
    direction: Float64Array,
    energyMeV: number,
    step: number,
    trackID: number,
    rng: Rng,
  ): void {
    const { protonsPerReaction, energyExponent, angleWidth } = this.#model;
    const sure = Math.floor(protonsPerReaction);
    const count = sure + (rng.uniform() < protonsPerReaction - sure ? 1 : 0);
    let left = energyMeV - separationMeV;
    for (let k = 0; k < count; k++) {
      const share = rng.uniform() ** energyExponent;
      const angle = angleWidth * Math.sqrt((1 - share) * 2 * rng.exponential());
      const secondary = left * share;
      left -= secondary;
      this.#emit(x, y, z, direction, secondary, angle, 2 * Math.PI * rng.uniform(), step, trackID);
    }
  }

  /** Elastic scattering on a nucleus, dσ/dt ∝ exp(−b|t|); returns the energy given to the recoil, MeV. */
  scatterOnNucleus(direction: Float64Array, energyMeV: number, massNumber: number, rng: Rng): number {
    const slope = this.#model.elasticSlope * massNumber ** (2 / 3);
    const transferSquared = rng.exponential() / slope;
    const angle = Math.min(Math.PI, Math.sqrt(transferSquared) / (momentum(energyMeV) / 1000));
    const azimuth = 2 * Math.PI * rng.uniform();
    turn(direction, angle * Math.cos(azimuth), angle * Math.sin(azimuth));
    return (transferSquared * 1e6) / (2 * massNumber * nucleonMassMeV);
  }

  /**
   * Elastic scattering on a proton at rest, isotropic in the centre of mass (non-relativistic kinematics:
   * the two leave at right angles); returns the energy given to the other proton, MeV.
   */
  scatterOnHydrogen(
    x: number,
    y: number,
    z: number,
    direction: Float64Array,
    energyMeV: number,
    step: number,
    trackID: number,
    rng: Rng,
  ): number {
    const angle = Math.acos(1 - 2 * rng.uniform()) / 2;
    const azimuth = 2 * Math.PI * rng.uniform();
    const recoil = energyMeV * Math.sin(angle) ** 2;
    this.#emit(x, y, z, direction, recoil, Math.PI / 2 - angle, azimuth + Math.PI, step, trackID);
    turn(direction, angle * Math.cos(azimuth), angle * Math.sin(azimuth));
    return recoil;
  }

  /** Queues a proton at an angle to `direction`, unless it is too slow or flies out of the forward cone. */
  #emit(
    x: number,
    y: number,
    z: number,
    direction: Float64Array,
    energyMeV: number,
    angle: number,
    azimuth: number,
    step: number,
    parentID: number,
  ): void {
    if (!(energyMeV > slowestSecondaryMeV && angle < Math.PI / 2)) return;
    const secondary = this.#secondary;
    secondary.set(direction);
    turn(secondary, angle * Math.cos(azimuth), angle * Math.sin(azimuth));
    if (secondary[2]! > smallestCosine) this.#queue.push(x, y, z, secondary, energyMeV, step, parentID);
  }
}
