import type { Rng } from '@pct/core';
import type { DetectorGeometry } from '../geometry.js';
import { turn } from './direction.js';
import { thinSensorLoss } from './energyLoss.js';
import type { HitBuffer } from './hitBuffer.js';
import { smallestCosine, stopMeV } from './limits.js';
import { column, columnCount, rowsPerMeV } from './materialTable.js';
import type { InteractionModel } from './models.js';
import { NuclearInteractions } from './nuclearInteractions.js';
import { ParticleQueue } from './particleQueue.js';
import type { World } from './steps.js';

/** Steps are cut so that a proton loses at most this share of its energy in one. */
const largestLoss = 0.1;

/**
 * Coulomb collisions by more than √hardFactor · χc are drawn singly, 1/hardFactor of them per step, and all
 * smaller ones as one Gaussian.
 *
 * @see Fernández-Varea et al. 1993, NIM B 73, 447, on such mixed simulation
 */
const hardFactor = 4;

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
  readonly #hits: HitBuffer;
  readonly #queue = new ParticleQueue();
  readonly #nuclear: NuclearInteractions;
  readonly #direction = new Float64Array(3);
  /** A particle taken from the queue. */
  readonly #particle = new Float64Array(7);

  constructor(world: World, geometry: DetectorGeometry, model: InteractionModel, hits: HitBuffer) {
    this.#world = world;
    this.#geometry = geometry;
    this.#hits = hits;
    this.#nuclear = new NuclearInteractions(model, this.#queue);
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
    const norm = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
    const direction = this.#direction;
    direction[0] = slopeX * norm;
    direction[1] = slopeY * norm;
    direction[2] = norm;
    this.#queue.clear();
    this.#queue.push(x, y, z, direction, energyMeV, 0, 0);
    while (this.#queue.count > 0) this.#follow(eventID, rng);
  }

  #follow(eventID: number, rng: Rng): void {
    const direction = this.#direction;
    const particle = this.#particle;
    this.#queue.pop(direction, particle);
    let x = particle[0]!;
    let y = particle[1]!;
    let z = particle[2]!;
    let energy = particle[3]!;
    const firstStep = particle[4]!;
    const trackID = particle[5]!;
    const parentID = particle[6]!;

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
            this.#nuclear.react(x, y, z + hinge, direction, energy, index, trackID, rng);
            energy = 0;
          } else if (choice < reaction + elastic) {
            energy -= this.#nuclear.scatterOnNucleus(direction, energy, meanMassNumber, rng);
          } else {
            energy -= this.#nuclear.scatterOnHydrogen(
              x,
              y,
              z + hinge,
              direction,
              energy,
              index,
              trackID,
              rng,
            );
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
}
