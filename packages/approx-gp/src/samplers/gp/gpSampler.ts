import type { Rng } from '@pct/core';
import { maximizeSurface } from '../../acquisition/maximize.js';
import type { AcquisitionSurface } from '../../acquisition/surface.js';
import type { EncodedSpace, Prediction, Sampler, SamplerContext } from '../types.js';
import { CandidateSet } from './CandidateSet.js';
import { makeSurface } from './makeSurface.js';
import { ModelSpace } from './ModelSpace.js';
import type { GpSamplerOptions, GpSettings } from './options.js';
import { readOptions } from './readOptions.js';
import { TrialModel } from './TrialModel.js';

/** Random points that are looked at for one that is allowed. */
const ATTEMPTS = 100;
/** Scaled squared distance below which two starts would climb the same hill. */
const SAME_HILL = 0.04;
/** Coordinates closer than this are the same point. */
const SAME_POINT = 1e-9;

/**
 * Bayesian optimisation on a lazy Gaussian process: a point costs O(n²) for n trials, the learning of length-scales and
 * noise included, since that happens at geometrically growing numbers of trials. Categorical and conditional parameters,
 * constraints, failed and pending trials; several objectives by random weights.
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
  private maximizes = false;

  constructor(settings: GpSettings) {
    this.settings = settings;
  }

  ask(context: SamplerContext): Float64Array {
    const { space, model } = this.modelOf(context);
    const { rng, directions } = context;
    this.maximizes = directions[0] === 'maximize';
    const weights = directions.length > 1 ? drawWeights(directions.length, rng.split('weights')) : undefined;
    model.update(context, weights);
    const pending = pendingPoints(context, space);
    if (model.told < this.settings.startupTrials) return uniformPoint(space, rng);
    model.refit(rng.split('fit'));
    const incumbent = model.incumbent();
    const best = incumbent?.value;
    this.believe(model, pending);
    const candidates = this.candidatesOf(model, space, rng);
    const center = incumbent === undefined ? undefined : model.point(incumbent.row);
    candidates.refresh(center, model.objective.first.hyperparameters.lengthScales, rng.split('candidates'));
    candidates.update();
    const surface = makeSurface({ model, candidates, settings: this.settings, pending, best, rng });
    return this.choose(surface, candidates, pending, rng);
  }

  predict(point: Float64Array, objective: number): Prediction | undefined {
    const { model, space } = this;
    if (model === undefined || space === undefined || objective !== 0 || model.told < 2) return undefined;
    const { mean, variance } = model.objective.createEvaluator().at(space.toModel(point));
    return { mean: this.maximizes ? -mean : mean, standardDeviation: Math.sqrt(variance) };
  }

  private modelOf({ space: encoded }: SamplerContext): { space: ModelSpace; model: TrialModel } {
    if (this.space === undefined || this.model === undefined || this.encoded !== encoded) {
      this.encoded = encoded;
      this.space = new ModelSpace(encoded);
      this.model = new TrialModel(this.space, this.settings);
      this.candidates = undefined;
    }
    return { space: this.space, model: this.model };
  }

  private candidatesOf(model: TrialModel, space: ModelSpace, rng: Rng): CandidateSet {
    if (this.candidates === undefined || this.candidates.constraintCount !== model.constraints.length) {
      this.candidates?.dispose();
      const { candidates } = this.settings;
      this.candidates = new CandidateSet(
        space,
        model.objective,
        model.constraints,
        candidates,
        rng.split('pool'),
      );
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

  /** Climbs from the best candidates, and takes the best point that is new and allowed. */
  private choose(
    surface: AcquisitionSurface,
    candidates: CandidateSet,
    pending: readonly Float64Array[],
    rng: Rng,
  ): Float64Array {
    const space = this.space!;
    const model = this.model!;
    const order = ranking(surface.evaluatePool());
    const { lengthScales } = model.objective.first.hyperparameters;
    const avoid = this.settings.pending === 'localMaxima' ? pending : [];
    const starts: Float64Array[] = [];
    const wanted = this.settings.climbs + avoid.length;
    for (const index of order) {
      if (starts.length === wanted) break;
      const x = candidates.objective.point(index);
      if (starts.every((other) => scaledDistance(x, other, lengthScales) > SAME_HILL)) starts.push(x);
    }
    const isNew = (x: Float64Array): boolean => {
      for (let row = 0; row < model.told; row++) if (isSame(x, model.point(row))) return false;
      return !pending.some((other) => isSame(x, other));
    };
    const isFree = (x: Float64Array): boolean =>
      avoid.every((other) => scaledDistance(x, other, lengthScales) > SAME_HILL);
    const maxima = maximizeSurface(surface, space, starts).map(({ x }) => x);
    const usable = maxima.filter((x) => space.allows(x));
    const fresh = usable.find((x) => isNew(x) && isFree(x));
    if (fresh !== undefined) return space.toStudy(fresh);
    for (const index of order) {
      const x = candidates.objective.point(index);
      if (space.allows(x) && isNew(x) && isFree(x)) return space.toStudy(x);
    }
    // Nothing new in sight, as when the space has few points: again what is best, or anything.
    return usable[0] === undefined ? uniformPoint(space, rng.split('last')) : space.toStudy(usable[0]);
  }
}

/** Indices by descending value; what is not a number comes last. */
function ranking(values: Float64Array): Uint32Array {
  const clean = values.map((value) => (Number.isNaN(value) ? -Infinity : value));
  return Uint32Array.from(clean, (_, index) => index).sort((a, b) =>
    clean[a]! === clean[b]! ? a - b : clean[b]! > clean[a]! ? 1 : -1,
  );
}

function scaledDistance(a: Float64Array, b: Float64Array, scales: ArrayLike<number>): number {
  let squared = 0;
  for (let j = 0; j < a.length; j++) squared += ((a[j]! - b[j]!) / scales[j]!) ** 2;
  return squared;
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (Math.abs(a[j]! - b[j]!) > SAME_POINT) return false;
  return true;
}

function pendingPoints({ trials, number }: SamplerContext, space: ModelSpace): Float64Array[] {
  return trials
    .filter((trial) => trial.state === 'pending' && trial.number !== number)
    .map(({ point }) => space.toModel(point))
    .filter((point) => point.every(Number.isFinite));
}

/** A uniform point that the space's own rule allows, if one is found soon. */
function uniformPoint(space: ModelSpace, rng: Rng): Float64Array {
  let x = space.sample(rng);
  for (let attempt = 0; attempt < ATTEMPTS && !space.allows(x); attempt++) x = space.sample(rng);
  return space.toStudy(x);
}

/** Uniform on the simplex. */
function drawWeights(count: number, rng: Rng): Float64Array {
  const weights = Float64Array.from({ length: count }, () => rng.exponential());
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
