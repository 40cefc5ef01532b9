import type { Rng } from '@pct/core';
import type { DetectorGeometry } from '../geometry.js';
import { momentum } from '../physics/proton.js';
import { thinSensorLoss } from './energyLoss.js';
import type { HitBuffer } from './hitBuffer.js';
import { column, columnCount, rowsPerMeV } from './materialTable.js';
import type { InteractionModel } from './models.js';
import type { World } from './steps.js';

/** Protons below this energy stop where they are: they have 25 µm of water left, MeV. */
const stopMeV = 1;

/** Steps are cut so that a proton loses at most this share of its energy in one. */
const largestLoss = 0.1;

/**
 * Coulomb collisions by more than √hardFactor · χc are drawn singly, 1/hardFactor of them per step, and all
 * smaller ones as one Gaussian.
 *
 * @see Fernández-Varea et al. 1993, NIM B 73, 447, on such mixed simulation
 */
const hardFactor = 4;

/** Particles that leave the forward cone are not followed: cosine to the beam. */
const smallestCosine = 0.15;

/** Nucleons are knocked out of their nucleus at this cost, MeV. */
const separationMeV = 8;

/** Fast protons below this energy do not leave the place where they are made, MeV. */
const slowestSecondaryMeV = 2;

/** Rest mass of a nucleon, MeV. */
const nucleonMassMeV = 931.494;

/** Fields of a particle that waits to be followed. */
const particleSize = 10;

/** What became of the primaries in the phantom. */
export interface PhantomExit {
  /** Primaries that left the phantom without a nuclear interaction. */
  count: number;
  /** Sum of their kinetic energies, MeV, and of the squares. */
  energySum: number;
  energySquareSum: number;
}

/**
 * Follows protons through the world in condensed steps: mean loss with straggling, multiple scattering at a
 * random hinge within the step, single hard Coulomb scatters, nuclear interactions.
 */
export class Transport {
  readonly exit: PhantomExit = { count: 0, energySum: 0, energySquareSum: 0 };
  readonly #world: World;
  readonly #geometry: DetectorGeometry;
  readonly #model: InteractionModel;
  readonly #hits: HitBuffer;
  /** Waiting particles, [particles, particleSize]: x, y, z, direction, energy, step, track, parent. */
  #waiting = new Float64Array(particleSize * 64);
  #waitingCount = 0;
  #lastTrack = 0;
  readonly #direction = new Float64Array(3);

  constructor(world: World, geometry: DetectorGeometry, model: InteractionModel, hits: HitBuffer) {
    this.#world = world;
    this.#geometry = geometry;
    this.#model = model;
    this.#hits = hits;
  }

  /** Follows one primary and all that it makes. Positions in millimetres, slopes dx/dz and dy/dz. */
  runEvent(
    eventID: number,
    x: number,
    y: number,
    z: number,
    slopeX: number,
    slopeY: number,
    energyMeV: number,
    rng: Rng,
  ): void {
    this.#waitingCount = 0;
    this.#lastTrack = 0;
    const norm = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
    this.#enqueue(x, y, z, slopeX * norm, slopeY * norm, norm, energyMeV, 0, 0);
    while (this.#waitingCount > 0) this.#follow(eventID, rng);
  }

  #enqueue(
    x: number,
    y: number,
    z: number,
    ux: number,
    uy: number,
    uz: number,
    energyMeV: number,
    step: number,
    parentID: number,
  ): void {
    const at = this.#waitingCount * particleSize;
    if (at === this.#waiting.length) {
      const larger = new Float64Array(2 * this.#waiting.length);
      larger.set(this.#waiting);
      this.#waiting = larger;
    }
    const waiting = this.#waiting;
    waiting[at] = x;
    waiting[at + 1] = y;
    waiting[at + 2] = z;
    waiting[at + 3] = ux;
    waiting[at + 4] = uy;
    waiting[at + 5] = uz;
    waiting[at + 6] = energyMeV;
    waiting[at + 7] = step;
    waiting[at + 8] = ++this.#lastTrack;
    waiting[at + 9] = parentID;
    this.#waitingCount++;
  }

  #follow(eventID: number, rng: Rng): void {
    const waiting = this.#waiting;
    const at = --this.#waitingCount * particleSize;
    let x = waiting[at]!;
    let y = waiting[at + 1]!;
    let z = waiting[at + 2]!;
    const direction = this.#direction;
    direction[0] = waiting[at + 3]!;
    direction[1] = waiting[at + 4]!;
    direction[2] = waiting[at + 5]!;
    let energy = waiting[at + 6]!;
    const firstStep = waiting[at + 7]!;
    const trackID = waiting[at + 8]!;
    const parentID = waiting[at + 9]!;

    const { steps, phantomExit, maximumMeV } = this.#world;
    const lastRow = Math.ceil(maximumMeV * rowsPerMeV) - 1;
    const { halfWidthMm, halfHeightMm } = this.#geometry;
    let nuclearDepth = rng.exponential();
    let coulombDepth = rng.exponential();
    let untouched = parentID === 0;

    for (let index = firstStep; index < steps.length; index++) {
      if (index === phantomExit && untouched) {
        this.exit.count++;
        this.exit.energySum += energy;
        this.exit.energySquareSum += energy * energy;
      }
      const { endMm, massPerMm, table, layer, electronsPerGram, meanMassNumber } = steps[index]!;
      const entryX = x;
      const entryY = y;
      const entryZ = z;
      let deposit = 0;
      let alive = true;

      while (alive && z < endMm) {
        const uz = direction[2]!;
        const position = energy * rowsPerMeV - 1;
        const row = Math.max(0, Math.min(lastRow, Math.floor(position)));
        const fraction = Math.max(0, position - row);
        const low = row * columnCount;
        const high = low + columnCount;
        const lowStopping = table[low + column.stopping]!;
        const slope = table[high + column.stopping]! - lowStopping;
        const stopping = lowStopping + fraction * slope;

        let dz = endMm - z;
        let massPath = (dz / uz) * massPerMm;
        const parts = Math.ceil((stopping * massPath) / (largestLoss * energy));
        if (parts > 1) {
          dz /= parts;
          massPath /= parts;
        }

        // Where the particle turns: the moments of position and angle come out right for a uniform hinge.
        const hinge = dz * rng.uniform();
        x += (direction[0]! / uz) * hinge;
        y += (direction[1]! / uz) * hinge;

        const scatteringLow = table[low + column.scattering]!;
        const characteristic =
          (scatteringLow + fraction * (table[high + column.scattering]! - scatteringLow)) * massPath;
        const collisions = table[low + column.collisions]! + Math.log(massPath * hardFactor);
        // Gaussian part: half of χc² [ln(θc²/χa²) − 1] in each projection, θc² = hardFactor χc².
        const soft = Math.sqrt(0.5 * characteristic * Math.max(0, collisions - 1));
        let tiltX = soft * rng.normal();
        let tiltY = soft * rng.normal();
        coulombDepth -= 1 / hardFactor;
        while (coulombDepth <= 0) {
          const squared = (hardFactor * characteristic) / (1 - rng.uniform());
          if (squared < table[low + column.largestAngle]!) {
            const angle = Math.sqrt(squared);
            const azimuth = 2 * Math.PI * rng.uniform();
            tiltX += angle * Math.cos(azimuth);
            tiltY += angle * Math.sin(azimuth);
          }
          coulombDepth += rng.exponential();
        }
        turn(direction, tiltX, tiltY);

        const reaction = table[low + column.reaction]!;
        const elastic = table[low + column.elastic]!;
        const hydrogen = table[low + column.hydrogen]!;
        nuclearDepth -= massPath * (reaction + elastic + hydrogen);
        if (nuclearDepth <= 0) {
          nuclearDepth = rng.exponential();
          untouched = false;
          const choice = rng.uniform() * (reaction + elastic + hydrogen);
          if (choice < reaction) {
            this.#react(x, y, z + hinge, energy, index, trackID, rng);
            energy = 0;
          } else if (choice < reaction + elastic) {
            energy -= this.#scatterOnNucleus(energy, meanMassNumber, rng);
          } else {
            energy -= this.#scatterOnHydrogen(x, y, z + hinge, energy, index, trackID, rng);
          }
          if (energy < stopMeV) {
            alive = false;
            break;
          }
        }
        if (direction[2]! < smallestCosine) {
          alive = false;
          break;
        }

        // Mean loss by the midpoint rule; the slope is per half MeV.
        const mean = (stopping - stopping * massPath * slope * (rowsPerMeV / 2)) * massPath;
        const loss =
          layer >= 0
            ? thinSensorLoss(rng, energy, mean, massPath, electronsPerGram)
            : mean + Math.sqrt(table[low + column.straggling]! * massPath) * rng.normal();
        energy -= loss;
        deposit += loss;
        if (energy < stopMeV) {
          deposit += Math.max(energy, 0);
          alive = false;
        }

        x += (direction[0]! / direction[2]!) * (dz - hinge);
        y += (direction[1]! / direction[2]!) * (dz - hinge);
        z = parts > 1 ? z + dz : endMm;
      }

      if (layer >= 0 && deposit > 0) {
        const middleX = (entryX + x) / 2;
        const middleY = (entryY + y) / 2;
        if (Math.abs(middleX) <= halfWidthMm && Math.abs(middleY) <= halfHeightMm) {
          this.#hits.push(middleX, middleY, (entryZ + z) / 2, deposit, eventID, trackID, parentID, layer);
        }
      }
      if (!alive) return;
    }
  }

  /** Ends a proton in an inelastic reaction and puts its fast secondary protons in the queue. */
  #react(x: number, y: number, z: number, energy: number, step: number, trackID: number, rng: Rng): void {
    const { protonsPerReaction, energyExponent, angleWidth } = this.#model;
    const sure = Math.floor(protonsPerReaction);
    const count = sure + (rng.uniform() < protonsPerReaction - sure ? 1 : 0);
    const ux = this.#direction[0]!;
    const uy = this.#direction[1]!;
    const uz = this.#direction[2]!;
    let left = energy - separationMeV;
    for (let k = 0; k < count; k++) {
      const share = rng.uniform() ** energyExponent;
      const angle = angleWidth * Math.sqrt((1 - share) * 2 * rng.exponential());
      const secondary = left * share;
      left -= secondary;
      this.#emit(x, y, z, ux, uy, uz, secondary, angle, 2 * Math.PI * rng.uniform(), step, trackID);
    }
  }

  #emit(
    x: number,
    y: number,
    z: number,
    ux: number,
    uy: number,
    uz: number,
    energy: number,
    angle: number,
    azimuth: number,
    step: number,
    parentID: number,
  ): void {
    const direction = this.#direction;
    if (energy > slowestSecondaryMeV && angle < Math.PI / 2) {
      turn(direction, angle * Math.cos(azimuth), angle * Math.sin(azimuth));
      if (direction[2]! > smallestCosine) {
        this.#enqueue(x, y, z, direction[0]!, direction[1]!, direction[2]!, energy, step, parentID);
      }
    }
    direction[0] = ux;
    direction[1] = uy;
    direction[2] = uz;
  }

  /** Elastic scattering on a nucleus, dσ/dt ∝ exp(−b|t|); returns the energy given to the recoil, MeV. */
  #scatterOnNucleus(energy: number, massNumber: number, rng: Rng): number {
    const slope = this.#model.elasticSlope * massNumber ** (2 / 3);
    const p = momentum(energy) / 1000;
    const transferSquared = rng.exponential() / slope;
    const angle = Math.sqrt(transferSquared) / p;
    const azimuth = 2 * Math.PI * rng.uniform();
    turn(this.#direction, Math.min(angle, 3) * Math.cos(azimuth), Math.min(angle, 3) * Math.sin(azimuth));
    return (transferSquared * 1e6) / (2 * massNumber * nucleonMassMeV);
  }

  /**
   * Elastic scattering on a proton at rest, isotropic in the centre of mass (non-relativistic kinematics:
   * the two leave at right angles); returns the energy given to the other proton, MeV.
   */
  #scatterOnHydrogen(
    x: number,
    y: number,
    z: number,
    energy: number,
    step: number,
    trackID: number,
    rng: Rng,
  ): number {
    const angle = Math.acos(1 - 2 * rng.uniform()) / 2;
    const azimuth = 2 * Math.PI * rng.uniform();
    const recoil = energy * Math.sin(angle) ** 2;
    const ux = this.#direction[0]!;
    const uy = this.#direction[1]!;
    const uz = this.#direction[2]!;
    this.#emit(x, y, z, ux, uy, uz, recoil, Math.PI / 2 - angle, azimuth + Math.PI, step, trackID);
    turn(this.#direction, angle * Math.cos(azimuth), angle * Math.sin(azimuth));
    return recoil;
  }
}

/** Turns a unit vector by the angle |tilt| towards the direction of `tilt` in its own transverse frame. */
function turn(direction: Float64Array, tiltX: number, tiltY: number): void {
  const ux = direction[0]!;
  const uy = direction[1]!;
  const uz = direction[2]!;
  const angleSquared = tiltX * tiltX + tiltY * tiltY;
  let cosine: number;
  let scale: number;
  if (angleSquared < 0.01) {
    cosine = 1 - angleSquared / 2 + (angleSquared * angleSquared) / 24;
    scale = 1 - angleSquared / 6 + (angleSquared * angleSquared) / 120;
  } else {
    const angle = Math.sqrt(angleSquared);
    cosine = Math.cos(angle);
    scale = Math.sin(angle) / angle;
  }
  const tx = tiltX * scale;
  const ty = tiltY * scale;
  // Transverse axes that turn into x and y as the direction turns into z; uz > -1 always holds here.
  const a = 1 / (1 + uz);
  const b = -ux * uy * a;
  const nx = ux * cosine + (1 - ux * ux * a) * tx + b * ty;
  const ny = uy * cosine + b * tx + (1 - uy * uy * a) * ty;
  const nz = uz * cosine - ux * tx - uy * ty;
  const norm = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
  direction[0] = nx * norm;
  direction[1] = ny * norm;
  direction[2] = nz * norm;
}
