import {
  checkFinite,
  checkInteger,
  checkOneOf,
  checkPositive,
  describeValue,
  InvalidArgumentError,
  type Seed,
} from '@pct/core';
import { digitalTrackingCalorimeter } from '@pct/detector';
import { checkBlend, type BlendOptions } from '../reward/blend.js';
import { KinkModel } from '../reward/KinkModel.js';
import type { FrameStaticsOptions } from './frameStatics.js';

/** What the rewards of an environment are made of. */
export interface RewardOptions extends BlendOptions {
  /**
   * Energy of the beam before the phantom, MeV, in [1, 300]: no proton has a longer range.
   * @defaultValue `230`
   */
  readonly beamEnergyMeV?: number | undefined;
  /**
   * What stands in for the segment before the first one of a track: the direction of the `'beam'`, or `'none'`: the
   * first step is then worth 0 and its cosine is 1.
   * @defaultValue `'beam'`
   */
  readonly firstSegment?: 'beam' | 'none' | undefined;
  /**
   * Standard deviation of the projected angle between the beam and a track's first segment, rad, > 0: protons that
   * stop have scattered all the way.
   * @defaultValue `0.08`
   */
  readonly firstWidth?: number | undefined;
  /**
   * Least reward of a kink, < 0: kinks do not have the tails of a Gaussian, and without a limit single ones outweigh all
   * others, so that true tracks hardly get more than wrong ones. The default is that of ten standard deviations;
   * `-Infinity` is no limit.
   * @defaultValue `-50`
   */
  readonly leastReward?: number | undefined;
  /**
   * Reward of an agent that gets no candidate although it has some, finite. The default is that of three standard
   * deviations.
   * @defaultValue `-4.5`
   */
  readonly unassignedReward?: number | undefined;
  /**
   * Standard deviation of the projected kink at a hit of a layer, rad, for a range that the proton has left there, g/cm²
   * of water.
   * @defaultValue Highland's formula for the material of the geometry, see {@link KinkModel}
   */
  readonly kinkWidth?: ((layer: number, range: number) => number) | undefined;
}

/** Options of `trackingEnvironment`. */
export interface TrackingEnvironmentOptions extends RewardOptions, FrameStaticsOptions {
  /**
   * Frames that run at once, from 1 to the number of frames. With fewer than all of them, every reset draws others.
   * @defaultValue all of them
   */
  readonly parallel?: number | undefined;
  /**
   * Whether several agents may take the same hit, as the baselines without constraint do. Their tracks then share it.
   * @defaultValue `false`
   */
  readonly sharedHits?: boolean | undefined;
  /**
   * Widest kink of a candidate, in units of the standard deviation of the projected kink that the agent expects, > 0; first
   * segments have no kink. Agents without candidates end their track, where otherwise as many agents as can go on do,
   * however wide their kinks.
   * @defaultValue `Infinity`; policies train better on all candidates, and track better with a limit, see `rlTracker`
   */
  readonly maxKink?: number | undefined;
  /**
   * Joint actions after which an episode is cut off, >= 1.
   * @defaultValue `Infinity`: episodes end at the front
   */
  readonly maxSteps?: number | undefined;
  /**
   * Seed of the frames that resets without a seed draw.
   * @defaultValue `0`
   */
  readonly seed?: Seed | undefined;
}

/** What an episode has to know. */
export interface EpisodeSettings {
  readonly model: KinkModel;
  /** Layers in front of the calorimeter. */
  readonly trackerLayers: number;
  readonly firstSegment: 'beam' | 'none';
  readonly firstWidth: number;
  readonly leastReward: number;
  readonly unassignedReward: number;
  readonly kinkWidth: ((layer: number, range: number) => number) | undefined;
  readonly sharedHits: boolean;
  readonly maxKink: number;
}

/** @throws InvalidArgumentError if an option is out of range */
export function episodeSettings(caller: string, options: TrackingEnvironmentOptions): EpisodeSettings {
  const { geometry = digitalTrackingCalorimeter(), beamEnergyMeV = 230, firstSegment = 'beam' } = options;
  const { firstWidth = 0.08, leastReward = -50, unassignedReward = -4.5, kinkWidth } = options;
  const { sharedHits = false, maxKink = Infinity, maxAngleCalorimeter, maxAngleTracker } = options;
  const mask = { min: Number.MIN_VALUE, max: Math.PI / 2 };
  if (maxAngleCalorimeter !== undefined)
    checkFinite(caller, 'maxAngleCalorimeter', maxAngleCalorimeter, mask);
  if (maxAngleTracker !== undefined) checkFinite(caller, 'maxAngleTracker', maxAngleTracker, mask);
  checkFinite(caller, 'beamEnergyMeV', beamEnergyMeV, { min: 1, max: 300 });
  checkOneOf(caller, 'firstSegment', firstSegment, ['beam', 'none']);
  checkPositive(caller, 'firstWidth', firstWidth);
  checkFinite(caller, 'unassignedReward', unassignedReward);
  checkOneOf(caller, 'sharedHits', sharedHits, [true, false]);
  if (maxKink !== Infinity) checkPositive(caller, 'maxKink', maxKink);
  checkBlend(caller, options);
  if (!(leastReward < 0))
    throw new InvalidArgumentError(
      `${caller}: leastReward must be below 0, or -Infinity for no limit, got ${describeValue(leastReward)}`,
    );
  if (kinkWidth !== undefined && typeof kinkWidth !== 'function')
    throw new InvalidArgumentError(
      `${caller}: kinkWidth must be a function of layer and range, got ${describeValue(kinkWidth)}`,
    );
  const model = new KinkModel(caller, geometry, beamEnergyMeV);
  const calorimeter = geometry.layers.findIndex(({ kind }) => kind === 'calorimeter');
  const trackerLayers = calorimeter < 0 ? geometry.layers.length : calorimeter;
  return {
    ...{ model, trackerLayers, firstSegment, firstWidth, leastReward, unassignedReward },
    ...{ kinkWidth, sharedHits, maxKink },
  };
}

/** @throws InvalidArgumentError if the option is neither such an integer nor Infinity */
export function checkMaxSteps(caller: string, maxSteps: number): void {
  if (maxSteps !== Infinity) checkInteger(caller, 'maxSteps', maxSteps, { min: 1 });
}
