import type { Sampler, SamplerContext } from '../samplers/types.js';
import type { SpaceEncoding } from '../space/SpaceEncoding.js';

/** Random points that are tried in place of one that the space's rule or the wish for new points refuses. */
const ATTEMPTS = 1000;

/** What {@link propose} goes by besides the context. */
export interface ProposalRules {
  readonly sampler: Sampler;
  readonly space: SpaceEncoding;
  /** Coordinates that are given, NaN elsewhere, `[d]`. */
  readonly fixed: Float64Array;
  readonly avoidDuplicates: boolean;
  /** A point that the rule of the space allows. */
  readonly allowed: Float64Array;
}

/** A point to try and, if the sampler failed to give one, why. */
export interface Proposal {
  readonly point: Float64Array;
  readonly error: string | undefined;
}

/** A point of the space that its rule allows, as the sampler wishes if that is possible. Never throws. */
export function propose(rules: ProposalRules, context: SamplerContext): Proposal {
  const { sampler, space, fixed, avoidDuplicates } = rules;
  const rng = context.rng.split('repair');
  const complete = (from: Float64Array): Float64Array => {
    const point = from.map((coordinate, j) => (Number.isNaN(fixed[j]!) ? coordinate : fixed[j]!));
    return space.completeInPlace(point, rng);
  };
  const { point: wish, error } = askSampler(sampler, context);
  let point = complete(wish);
  // What a user fixed is tried whatever the rule says: that is theirs to know.
  if (fixed.some((coordinate) => !Number.isNaN(coordinate))) return { point, error };
  const tried = avoidDuplicates ? new Set(context.trials.map((trial) => keyOf(trial.point))) : undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (space.allows(point) && tried?.has(keyOf(point)) !== true) return { point, error };
    point = complete(space.sample(rng));
  }
  point = complete(wish);
  return { point: space.allows(point) ? point : rules.allowed.slice(), error };
}

function askSampler(sampler: Sampler, context: SamplerContext): Proposal {
  const { length } = context.space.dimensions;
  try {
    const point: unknown = sampler.ask(context);
    if (point instanceof Float64Array && point.length === length) return { point, error: undefined };
    return {
      point: unknown(length),
      error: `sampler ${sampler.name} gave no point of ${length} coordinates`,
    };
  } catch (cause) {
    return { point: unknown(length), error: `sampler ${sampler.name} failed: ${String(cause)}` };
  }
}

/** A point of which nothing is known yet. */
function unknown(length: number): Float64Array {
  return new Float64Array(length).fill(NaN);
}

function keyOf(point: Float64Array): string {
  return point.join();
}
