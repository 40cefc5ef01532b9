import type { Rng } from '@pct/core';
import type { Direction, EncodedSpace, Prediction, Sampler, SamplerContext } from '../types.js';
import { CandidateSet } from './CandidateSet.js';
import { choosePoint, uniformPoint, type Question, type Region } from './choosePoint.js';
import { makeSurface } from './makeSurface.js';
import { ModelSpace } from './ModelSpace.js';
import type { GpSamplerOptions, GpSettings } from './options.js';
import { readOptions } from './readOptions.js';
import { TrialModel } from './TrialModel.js';
import { TrustRegion } from './TrustRegion.js';

/** Improvements that count, in units of the distance from the best value to the median. */
const LEAST_GAIN = 1e-3;

/**
 * Bayesian optimisation on a lazy Gaussian process: a point costs O(n²) for n trials, the learning of length-scales and
 * noise included, since that happens at geometrically growing numbers of trials. Categorical and conditional parameters,
 * constraints, failed and pending trials; two objectives by the area they dominate, more by random weights.
 *
 * @param options - {@link GpSamplerOptions}
 * @throws {@link InvalidArgumentError} if an option is out of range
 * @see Ram et al. 2019, Scalable Hyperparameter Optimization with Lazy Gaussian Processes,
 *   doi:10.1109/MLHPC49564.2019.00011; Ament et al. 2023, arXiv:2310.20708; Hvarfner et al. 2024, arXiv:2402.02229
 */
export function gpSampler(options: GpSamplerOptions = {}): Sampler {
  return new GpSampler(readOptions(options));
}

class GpSampler implements Sampler {
  readonly name = 'gp';
  private readonly settings: GpSettings;
  private encoded: EncodedSpace | undefined;
  private space: ModelSpace | undefined;
  private model: TrialModel | undefined;
  private candidates: CandidateSet | undefined;
  private trustRegion: TrustRegion | undefined;
  /** Trials whose points were looked for inside of it. */
  private readonly local = new Set<number>();
  private directions: readonly Direction[] = [];

  constructor(settings: GpSettings) {
    this.settings = settings;
  }

  ask(context: SamplerContext): Float64Array {
    const question = this.prepare(context);
    if (question === undefined) return uniformPoint(this.space!, context.rng);
    return choosePoint(makeSurface(question), question);
  }

  recall(context: SamplerContext): void {
    this.prepare(context);
  }

  /** Brings everything that is remembered up to date; undefined while there are too few trials for a model. */
  private prepare(context: SamplerContext): Question | undefined {
    const { space, model } = this.modelOf(context);
    const { rng, directions } = context;
    const weights =
      directions.length > model.objectives.length
        ? drawWeights(directions.length, rng.split('weights'))
        : undefined;
    const fresh = model.update(context, weights);
    const enough = LEAST_GAIN * spreadOf(model.targets());
    for (const { trial, value } of fresh) this.trustRegion?.told(value, this.local.has(trial), enough);
    const pending = pendingPoints(context, space);
    if (model.told < this.settings.startupTrials) return undefined;
    model.refit(rng.split('fit'));
    const incumbent = model.incumbent();
    const best = incumbent?.value;
    this.believe(model, pending);
    const candidates = this.candidatesOf(model, space, rng);
    const { lengthScales } = model.objective.first.hyperparameters;
    const center =
      incumbent === undefined ? undefined : model.point(this.centerRow(model, incumbent.row, rng));
    const region =
      center && this.trustRegion && this.regionAt(this.trustRegion, center, lengthScales, context);
    candidates.refresh(
      center,
      lengthScales,
      rng.split('candidates'),
      region?.inside === true ? region.box : undefined,
    );
    candidates.update();
    return { model, space, candidates, settings: this.settings, pending, best, region, rng };
  }

  /** The best row; with two objectives, any that no other dominates. */
  private centerRow(model: TrialModel, best: number, rng: Rng): number {
    if (model.objectives.length === 1) return best;
    const { rows } = model.front();
    return rows[rng.split('center').integer(0, rows.length)]!;
  }

  /** Where the point of a trial is to be looked for: inside the trust region, which is remembered, or outside of its core. */
  private regionAt(
    trustRegion: TrustRegion,
    center: Float64Array,
    lengthScales: ArrayLike<number>,
    { number, rng }: SamplerContext,
  ): Region {
    const inside = rng.split('region').uniform() < this.settings.localShare * trustRegion.share;
    if (inside) this.local.add(number);
    const box = inside ? trustRegion.box(center, lengthScales) : trustRegion.core(center, lengthScales);
    return { box, inside };
  }

  predict(point: Float64Array, objective: number): Prediction | undefined {
    const { model, space } = this;
    // Objectives that are one by weights have no process of their own.
    if (model === undefined || space === undefined || model.told < 2) return undefined;
    if (model.objectives.length !== this.directions.length) return undefined;
    const { mean, variance } = model.objectives[objective]!.createEvaluator().at(space.toModel(point));
    return {
      mean: this.directions[objective] === 'maximize' ? -mean : mean,
      standardDeviation: Math.sqrt(variance),
    };
  }

  private modelOf({ space: encoded, directions }: SamplerContext): { space: ModelSpace; model: TrialModel } {
    if (this.space === undefined || this.model === undefined || this.encoded !== encoded) {
      this.encoded = encoded;
      this.space = new ModelSpace(encoded);
      this.model = new TrialModel(this.space, this.settings, this.processesFor(directions.length));
      this.candidates = undefined;
      this.directions = directions;
      this.local.clear();
      const { localShare } = this.settings;
      const isLocal = localShare > 0 && directions.length === 1;
      this.trustRegion = isLocal ? new TrustRegion(encoded.dimensions.length) : undefined;
    }
    return { space: this.space, model: this.model };
  }

  private processesFor(objectives: number): number {
    const { severalObjectives, acquisition } = this.settings;
    const isArea = severalObjectives === 'hypervolume' && acquisition === 'logExpectedImprovement';
    return objectives === 2 && isArea ? 2 : 1;
  }

  private candidatesOf(model: TrialModel, space: ModelSpace, rng: Rng): CandidateSet {
    if (this.candidates === undefined || this.candidates.pools.length !== model.ensembles.length) {
      this.candidates?.dispose();
      const { candidates } = this.settings;
      this.candidates = new CandidateSet(space, model.ensembles, candidates, rng.split('pool'));
    }
    return this.candidates;
  }

  /** Tells the processes about points that are being evaluated. */
  private believe(model: TrialModel, pending: readonly Float64Array[]): void {
    const { pending: strategy } = this.settings;
    if (strategy === 'none' || strategy === 'localPenalty' || strategy === 'localMaxima') return;
    const targets = model.targets();
    const lie =
      strategy === 'liarMin'
        ? targets.reduce((a, b) => Math.min(a, b), Infinity)
        : strategy === 'liarMax'
          ? targets.reduce((a, b) => Math.max(a, b), -Infinity)
          : strategy === 'liarMean'
            ? targets.reduce((a, b) => a + b / targets.length, 0)
            : 'believe';
    for (const point of pending) model.believe(point, lie);
  }
}

/** Distance of the median from the least of some numbers, `[n]`; 0 without any. */
function spreadOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted.length === 0 ? 0 : sorted[sorted.length >> 1]! - sorted[0]!;
}

function pendingPoints({ trials, number }: SamplerContext, space: ModelSpace): Float64Array[] {
  return trials
    .filter((trial) => trial.state === 'pending' && trial.number !== number)
    .map(({ point }) => space.toModel(point))
    .filter((point) => point.every(Number.isFinite));
}

/** Uniform on the simplex. */
function drawWeights(count: number, rng: Rng): Float64Array {
  const weights = Float64Array.from({ length: count }, () => rng.exponential());
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
