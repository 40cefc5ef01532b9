import { checkFinite, checkInteger, checkOneOf } from '@pct/core';
import { RefitSchedule } from '../../gp/RefitSchedule.js';
import type { GpSamplerOptions, GpSettings } from './options.js';

const ACQUISITIONS = [
  'logExpectedImprovement',
  'expectedImprovement',
  'probabilityOfImprovement',
  'confidenceBound',
  'thompson',
] as const;

const PENDING = [
  'believer',
  'liarMin',
  'liarMean',
  'liarMax',
  'pendingImprovement',
  'localPenalty',
  'localMaxima',
  'none',
] as const;

/**
 * Fills in defaults. What concerns the process itself is checked when that is made, which needs the space.
 *
 * @throws {@link InvalidArgumentError} if an option is out of range
 */
export function readOptions(options: GpSamplerOptions): GpSettings {
  const name = 'gpSampler';
  const {
    kernel = 'matern52',
    lengthScales,
    noise = 1e-6,
    mean = 'profiled',
    amplitude = 'profiled',
  } = options;
  const {
    refit = { kind: 'geometric', factor: 1.1 },
    fit = {},
    ensemble = 1,
    margin = 0,
    kappa = 2,
  } = options;
  const { acquisition = 'logExpectedImprovement', pending = 'believer', startupTrials = 10 } = options;
  const { severalObjectives = 'hypervolume' } = options;
  const { candidates = 1024, climbs = 8, localShare = 0.6, maxRows = 3000 } = options;
  checkInteger(name, 'ensemble', ensemble, { min: 1 });
  checkOneOf(name, 'acquisition', acquisition, ACQUISITIONS);
  checkOneOf(name, 'pending', pending, PENDING);
  checkOneOf(name, 'severalObjectives', severalObjectives, ['hypervolume', 'randomWeights']);
  checkFinite(name, 'margin', margin, { min: 0 });
  checkFinite(name, 'kappa', kappa, { min: 0 });
  checkInteger(name, 'startupTrials', startupTrials, { min: 1 });
  checkInteger(name, 'candidates', candidates, { min: 16 });
  checkInteger(name, 'climbs', climbs, { min: 1 });
  checkFinite(name, 'localShare', localShare, { min: 0, max: 1 });
  checkInteger(name, 'maxRows', maxRows, { min: 100 });
  // Throws for a policy out of range, now rather than at the first trial.
  new RefitSchedule(refit);
  return {
    kernel,
    lengthScales,
    noise,
    mean,
    amplitude,
    refit,
    fit,
    ensemble,
    acquisition,
    margin,
    kappa,
    pending,
    severalObjectives,
    startupTrials,
    candidates,
    climbs,
    localShare,
    maxRows,
  };
}
