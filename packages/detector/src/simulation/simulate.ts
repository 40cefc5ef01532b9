import {
  checkFinite,
  checkInteger,
  checkPositive,
  InvalidArgumentError,
  trackProgress,
  yieldToEventLoop,
} from '@pct/core';
import type { Executor, Progress, Seed } from '@pct/core';
import { checkGeometry } from '../checkGeometry.js';
import { digitalTrackingCalorimeter } from '../digitalTrackingCalorimeter.js';
import type { DetectorGeometry } from '../geometry.js';
import type { Hits } from '../hits.js';
import type { Material } from '../physics/materials.js';
import { materials } from '../physics/materials.js';
import { checkBeam, checkInteractionModel, defaultBeam, defaultInteractionModel } from './defaults.js';
import type { Beam, InteractionModel } from './models.js';
import { Run, joinParts, simulateShare } from './run.js';
import type { Part, Setup, Share } from './run.js';

/** Options of {@link simulate}. */
export interface SimulateOptions {
  /** Thickness of the phantom, millimetres, from 0 to 400; it stands centred at z = 0. */
  readonly phantomMm: number;
  /** Number of primary protons, > 0. */
  readonly primaries: number;
  /** The same seed gives the same hits. */
  readonly seed: Seed;
  /** @defaultValue `materials.water` */
  readonly phantomMaterial?: Material | undefined;
  /** @defaultValue {@link digitalTrackingCalorimeter} */
  readonly geometry?: DetectorGeometry | undefined;
  /** Numbers that replace those of {@link defaultBeam}. */
  readonly beam?: Partial<Beam> | undefined;
  /** Numbers that replace those of {@link defaultInteractionModel}. */
  readonly interactions?: Partial<InteractionModel> | undefined;
  /**
   * `eventID` of the first primary. Event n is the same whatever run it is part of, so that runs can be
   * split and continued. @defaultValue 0
   */
  readonly firstEvent?: number | undefined;
  /**
   * Where to run: in worker threads with `threadExecutor()` of `@pct/core/node`, say. The hits are the same
   * wherever and on however many workers. @defaultValue this thread
   */
  readonly executor?: Executor | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called a few times per second with the number of primaries that are done. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Hits of a simulation, with what is known of the beam behind the phantom. */
export interface SimulatedHits extends Hits {
  /** Primaries that left the phantom without a nuclear interaction. */
  readonly phantomExit: {
    readonly count: number;
    /** Mean and standard deviation of their kinetic energy, MeV; NaN if there are none. */
    readonly meanEnergyMeV: number;
    readonly sdEnergyMeV: number;
  };
}

/** Primaries between two looks at the clock and the abort signal. */
const chunk = 250;

/** Primaries that an executor is given at a time: long enough to be worth the tables that each share sets up. */
const share = 2000;

/**
 * Simulates protons through a phantom and the detector, and returns what the pixel chips see.
 *
 * Condensed-history Monte-Carlo: Bethe stopping power with Bohr straggling, multiple scattering after Molière
 * (Gaussian core and singly drawn Rutherford tail), elastic and inelastic nuclear interactions with secondary
 * protons, Vavilov-like deposits in the epitaxial layer. Hits are sorted by event.
 *
 * @returns hits in millimetres and MeV, one per particle and layer
 * @throws InvalidArgumentError for options outside their range; the signal's reason when aborted
 * @example
 * ```ts
 * const hits = await simulate({ phantomMm: 150, primaries: 1000, seed: 1 });
 * ```
 */
export async function simulate(options: SimulateOptions): Promise<SimulatedHits> {
  const setup = checkedSetup(options);
  const { primaries, firstEvent = 0, executor } = options;
  const { hits, exit } =
    executor === undefined
      ? await runHere(setup, firstEvent, primaries, options)
      : await runOn(executor, setup, firstEvent, primaries, options);
  const mean = exit.energySum / exit.count;
  const variance = exit.energySquareSum / exit.count - mean * mean;
  return {
    ...hits,
    phantomExit: { count: exit.count, meanEnergyMeV: mean, sdEnergyMeV: Math.sqrt(Math.max(0, variance)) },
  };
}

function checkedSetup(options: SimulateOptions): Setup {
  const { phantomMm, primaries, seed, firstEvent = 0 } = options;
  const { phantomMaterial = materials.water, geometry = digitalTrackingCalorimeter() } = options;
  checkFinite('simulate', 'phantomMm', phantomMm, { min: 0, max: 400 });
  checkInteger('simulate', 'primaries', primaries, { min: 1, max: 2 ** 31 - 1 });
  checkInteger('simulate', 'firstEvent', firstEvent, { min: 0, max: 2 ** 31 - 1 - primaries });
  checkPositive('simulate', 'phantomMaterial.density', phantomMaterial.density);
  const beam = checkBeam('simulate', { ...defaultBeam, ...options.beam }, phantomMm);
  const model = { ...defaultInteractionModel, ...options.interactions };
  const interactions = checkInteractionModel('simulate', model);
  checkGeometry('simulate', geometry);
  const phantomEnd = phantomMm / 2;
  if (geometry.layers[0]!.frontMm < phantomEnd) {
    throw new InvalidArgumentError(
      `simulate: geometry.layers[0].frontMm must be behind the phantom, which ends at ${phantomEnd} mm, got ${geometry.layers[0]!.frontMm}`,
    );
  }
  const phantom = { material: phantomMaterial, thicknessMm: phantomMm };
  return { phantom, geometry, beam, interactions, seed };
}

async function runHere(
  setup: Setup,
  first: number,
  primaries: number,
  { signal, onProgress }: SimulateOptions,
): Promise<Part> {
  const run = new Run(setup);
  const progress = trackProgress(primaries, onProgress);
  for (let done = 0; done < primaries;) {
    signal?.throwIfAborted();
    const end = Math.min(done + chunk, primaries);
    for (; done < end; done++) run.primary(first + done);
    progress.report(done);
    await yieldToEventLoop();
  }
  return run.result();
}

async function runOn(
  executor: Executor,
  setup: Setup,
  first: number,
  primaries: number,
  { signal, onProgress }: SimulateOptions,
): Promise<Part> {
  const shares: Share[] = [];
  for (let done = 0; done < primaries; done += share) {
    shares.push({ setup, first: first + done, count: Math.min(share, primaries - done) });
  }
  const parts: Part[] = [];
  const progress = trackProgress(primaries, onProgress);
  for await (const { index, output } of executor.map(simulateShare, shares, { signal })) {
    parts[index] = output;
    progress.advance(shares[index]!.count);
  }
  return joinParts(parts);
}
