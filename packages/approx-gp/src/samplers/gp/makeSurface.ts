import type { Rng } from '@pct/core';
import {
  ConfidenceBound,
  ExpectedImprovement,
  LogExpectedImprovement,
  LogProbabilityOfImprovement,
  type AnalyticAcquisition,
} from '../../acquisition/analytic.js';
import { PendingImprovementSurface } from '../../acquisition/PendingImprovementSurface.js';
import { LogHypervolumeImprovement } from '../../acquisition/hypervolume.js';
import { HypervolumeSurface } from '../../acquisition/HypervolumeSurface.js';
import {
  FeasibilityTerm,
  LocalPenalty,
  PosteriorSurface,
  ThompsonSurface,
  type AcquisitionSurface,
  type SurfaceTerm,
} from '../../acquisition/surface.js';
import { CandidatePool } from '../../gp/CandidatePool.js';
import { PathwiseSample } from '../../gp/PathwiseSample.js';
import type { CandidateSet } from './CandidateSet.js';
import type { GpSettings } from './options.js';
import type { TrialModel } from './TrialModel.js';

/** Samples of the outcomes of pending points. */
const SAMPLES = 64;
/** Candidates at which the steepness of the objective is looked at. */
const SLOPE_POINTS = 24;

/** By how much of the range of an objective the corner is worse than the worst value. */
const BEYOND = 0.1;

/** What a surface is made of. */
export interface SurfaceParts {
  readonly model: TrialModel;
  readonly candidates: CandidateSet;
  readonly settings: GpSettings;
  /** Points that are being evaluated, `[d]` each. */
  readonly pending: readonly Float64Array[];
  /** Least value of the first objective at feasible points; undefined while there is none. */
  readonly best: number | undefined;
  readonly rng: Rng;
}

/** What is to be maximised to find the next point, as the settings say. */
export function makeSurface(parts: SurfaceParts): AcquisitionSurface {
  const { model, candidates, settings, rng, best } = parts;
  const { first } = model.objective;
  const terms = constraintTerms(parts);
  if (settings.acquisition === 'thompson' && terms.length === 0) {
    return new ThompsonSurface(new PathwiseSample(first, { rng: rng.split('path') }), candidates.objective);
  }
  const { objective: pool } = candidates;
  if (model.objectives.length === 2 && best !== undefined) return hypervolumeSurface(parts, terms);
  const plain = terms.length === 0 && pool instanceof CandidatePool && best !== undefined;
  if (settings.pending === 'pendingImprovement' && model.believed > 0 && plain) {
    const draws = rng.split('outcomes').fillNormal(new Float64Array(SAMPLES * model.believed));
    return new PendingImprovementSurface(first, pool, best, model.believed, draws, settings.margin);
  }
  if (settings.pending === 'localPenalty' && best !== undefined) terms.push(...penalties(parts, best));
  const acquisition = best === undefined ? undefined : acquisitionOf(settings, best, terms.length > 0);
  return new PosteriorSurface(model.objective.createEvaluator(), pool, acquisition, terms);
}

/** @param inLogarithms - whether terms are to be added, which are logarithms of probabilities */
function acquisitionOf(
  { acquisition, kappa, margin }: GpSettings,
  best: number,
  inLogarithms: boolean,
): AnalyticAcquisition {
  if (acquisition === 'probabilityOfImprovement') return new LogProbabilityOfImprovement(best, margin);
  if (acquisition === 'confidenceBound') return new ConfidenceBound(kappa);
  if (acquisition === 'expectedImprovement' && !inLogarithms) return new ExpectedImprovement(best, margin);
  return new LogExpectedImprovement(best, margin);
}

function constraintTerms({ model, candidates }: SurfaceParts): SurfaceTerm[] {
  return model.constraints.map(
    (ensemble, k) =>
      new FeasibilityTerm(
        ensemble.createEvaluator(),
        candidates.pools[model.objectives.length + k]!,
        ensemble.first.kinds.length,
      ),
  );
}

/** Growth of the area up to a corner a little worse than anything known, so that the ends of the front count too. */
function hypervolumeSurface(
  { model, candidates }: SurfaceParts,
  terms: readonly SurfaceTerm[],
): AcquisitionSurface {
  const { values } = model.front();
  const corner = [0, 1].map((k) => {
    let least = Infinity;
    let worst = -Infinity;
    for (let i = k; i < values.length; i += 2) {
      least = Math.min(least, values[i]!);
      worst = Math.max(worst, values[i]!);
    }
    return worst + (BEYOND * (worst - least) || Math.max(1e-12, Math.abs(worst)));
  });
  const evaluators = model.objectives.map((ensemble) => ensemble.createEvaluator());
  return new HypervolumeSurface(
    [evaluators[0]!, evaluators[1]!],
    [candidates.pools[0]!, candidates.pools[1]!],
    new LogHypervolumeImprovement(values, corner),
    model.objective.first.kinds.length,
    terms,
  );
}

function penalties({ model, candidates, pending }: SurfaceParts, best: number): SurfaceTerm[] {
  if (pending.length === 0) return [];
  const evaluator = model.objective.createEvaluator();
  const pool = candidates.objective;
  const gradient = new Float64Array(model.objective.first.kinds.length);
  let steepest = 0;
  for (let k = 0; k < SLOPE_POINTS; k++) {
    evaluator.at(pool.point(Math.floor((k * pool.size) / SLOPE_POINTS))).gradient(1, 0, gradient);
    steepest = Math.max(steepest, Math.hypot(...gradient));
  }
  return pending.map((center) => {
    const { mean, variance } = evaluator.at(center);
    return new LocalPenalty(pool, center, { mean, variance }, best, steepest);
  });
}
