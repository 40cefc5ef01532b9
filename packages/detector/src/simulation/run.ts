import { createRng, defineTask } from '@pct/core';
import type { Rng, Seed } from '@pct/core';
import type { DetectorGeometry } from '../geometry.js';
import type { Hits } from '../hits.js';
import { hitColumns } from '../hits.js';
import { HitBuffer } from './hitBuffer.js';
import type { Beam, InteractionModel } from './models.js';
import type { Phantom } from './steps.js';
import { buildWorld } from './steps.js';
import type { PhantomExit } from './transport.js';
import { Transport } from './transport.js';

/** All that decides what a primary does; plain data, so that a worker thread can be told. */
export interface Setup {
  readonly phantom: Phantom;
  readonly geometry: DetectorGeometry;
  readonly beam: Beam;
  readonly interactions: InteractionModel;
  readonly seed: Seed;
}

/** Follows primaries one by one and gathers their hits. */
export class Run {
  readonly #setup: Setup;
  readonly #buffer = new HitBuffer(1 << 16);
  readonly #transport: Transport;
  readonly #root: Rng;

  constructor(setup: Setup) {
    const { phantom, geometry, beam, interactions, seed } = setup;
    const world = buildWorld(beam.startMm, phantom, geometry, interactions, beam.energyMeV + 1);
    this.#setup = setup;
    this.#transport = new Transport(world, geometry, interactions, this.#buffer);
    this.#root = createRng(seed);
  }

  /** Draws one primary from the beam and follows it; its random stream belongs to its event number. */
  primary(eventID: number): void {
    const rng = this.#root.split(eventID);
    const { energyMeV, startMm, spotMm, divergenceMrad } = this.#setup.beam;
    const x = spotMm * rng.normal();
    const y = spotMm * rng.normal();
    const slopeX = (divergenceMrad / 1000) * rng.normal();
    const slopeY = (divergenceMrad / 1000) * rng.normal();
    this.#transport.runEvent(eventID, x, y, startMm, slopeX, slopeY, energyMeV, rng);
  }

  /** What the primaries so far left. */
  result(): Part {
    return { hits: this.#buffer.toHits(), exit: this.#transport.exit };
  }
}

/** What some primaries left. */
export interface Part {
  readonly hits: Hits;
  readonly exit: PhantomExit;
}

/** A share of a simulation: the primaries `[first, first + count)`. */
export interface Share {
  readonly setup: Setup;
  readonly first: number;
  readonly count: number;
}

/** Simulates a share, here or in a worker thread. */
export const simulateShare = defineTask({
  module: import.meta.url,
  name: 'simulateShare',
  run({ setup, first, count }: Share): Part {
    const run = new Run(setup);
    for (let event = first; event < first + count; event++) run.primary(event);
    return run.result();
  },
  transferOutput: ({ hits }: Part) => hitColumns.map((name) => hits[name].buffer),
});

/** Puts the parts of a simulation one behind the other. */
export function joinParts(parts: readonly Part[]): Part {
  const hits = joinHits(parts.map((part) => part.hits));
  const exit = { count: 0, energySum: 0, energySquareSum: 0 };
  for (const part of parts) {
    exit.count += part.exit.count;
    exit.energySum += part.exit.energySum;
    exit.energySquareSum += part.exit.energySquareSum;
  }
  return { hits, exit };
}

/** Hits of the first part, then of the second, and so on. */
export function joinHits(parts: readonly Hits[]): Hits {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const real = (name: 'posX' | 'posY' | 'posZ' | 'edep'): Float64Array =>
    fill(new Float64Array(count), (part) => part[name]);
  const integer = (name: 'eventID' | 'trackID' | 'parentID' | 'layer'): Int32Array =>
    fill(new Int32Array(count), (part) => part[name]);
  function fill<T extends Float64Array | Int32Array>(column: T, of: (part: Hits) => T): T {
    let at = 0;
    for (const part of parts) {
      column.set(of(part), at);
      at += part.count;
    }
    return column;
  }
  return {
    count,
    posX: real('posX'),
    posY: real('posY'),
    posZ: real('posZ'),
    edep: real('edep'),
    eventID: integer('eventID'),
    trackID: integer('trackID'),
    parentID: integer('parentID'),
    layer: integer('layer'),
  };
}
