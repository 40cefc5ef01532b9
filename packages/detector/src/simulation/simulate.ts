import {
  checkFinite,
  checkInteger,
  checkPositive,
  createRng,
  InvalidArgumentError,
  trackProgress,
  yieldToEventLoop,
} from '@pct/core';
import type { Progress, Rng } from '@pct/core';
import { checkGeometry } from '../checkGeometry.js';
import { digitalTrackingCalorimeter } from '../digitalTrackingCalorimeter.js';
import type { DetectorGeometry } from '../geometry.js';
import type { Hits } from '../hits.js';
import type { Material } from '../physics/materials.js';
import { materials } from '../physics/materials.js';
import { checkBeam, checkInteractionModel, defaultBeam, defaultInteractionModel } from './defaults.js';
import { HitBuffer } from './hitBuffer.js';
import type { Beam, InteractionModel } from './models.js';
import { buildWorld } from './steps.js';
import { Transport } from './transport.js';

/** Options of {@link simulate}. */
export interface SimulateOptions {
  /** Thickness of the phantom, millimetres, from 0 to 400; it stands centred at z = 0. */
  readonly phantomMm: number;
  /** Number of primary protons, > 0. */
  readonly primaries: number;
  /** The same seed gives the same hits. */
  readonly seed: number | string | bigint;
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
  const { phantomMm, primaries, seed, signal, onProgress, firstEvent = 0 } = options;
  const { phantomMaterial = materials.water, geometry = digitalTrackingCalorimeter() } = options;
  checkFinite('simulate', 'phantomMm', phantomMm, { min: 0, max: 400 });
  checkInteger('simulate', 'primaries', primaries, { min: 1, max: 2 ** 31 - 1 });
  checkInteger('simulate', 'firstEvent', firstEvent, { min: 0, max: 2 ** 31 - 1 - primaries });
  checkPositive('simulate', 'phantomMaterial.density', phantomMaterial.density);
  const beam = checkBeam('simulate', { ...defaultBeam, ...options.beam }, phantomMm);
  const interactions = checkInteractionModel('simulate', {
    ...defaultInteractionModel,
    ...options.interactions,
  });

  checkGeometry('simulate', geometry);
  const phantomEnd = phantomMm / 2;
  if (geometry.layers[0]!.frontMm < phantomEnd) {
    throw new InvalidArgumentError(
      `simulate: geometry.layers[0].frontMm must be behind the phantom, which ends at ${phantomEnd} mm, got ${geometry.layers[0]!.frontMm}`,
    );
  }

  const phantom = { material: phantomMaterial, thicknessMm: phantomMm };
  const world = buildWorld(beam.startMm, phantom, geometry, interactions, beam.energyMeV + 1);
  const buffer = new HitBuffer(1 << 16);
  const transport = new Transport(world, geometry, interactions, buffer);
  const root = createRng(seed);
  const progress = trackProgress(primaries, onProgress);

  for (let done = 0; done < primaries;) {
    const end = Math.min(done + chunk, primaries);
    for (; done < end; done++) runPrimary(transport, beam, firstEvent + done, root);
    progress.report(done);
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  const { count, energySum, energySquareSum } = transport.exit;
  const mean = energySum / count;
  return {
    ...buffer.toHits(),
    phantomExit: {
      count,
      meanEnergyMeV: mean,
      sdEnergyMeV: Math.sqrt(Math.max(0, energySquareSum / count - mean * mean)),
    },
  };
}

/** Draws one primary from the beam and follows it; its random stream belongs to its event number. */
function runPrimary(transport: Transport, beam: Beam, eventID: number, root: Rng): void {
  const rng = root.split(eventID);
  const { energyMeV, startMm, spotMm, divergenceMrad } = beam;
  const x = spotMm * rng.normal();
  const y = spotMm * rng.normal();
  const slopeX = (divergenceMrad / 1000) * rng.normal();
  const slopeY = (divergenceMrad / 1000) * rng.normal();
  transport.runEvent(eventID, x, y, startMm, slopeX, slopeY, energyMeV, rng);
}
