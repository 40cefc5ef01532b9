import { createRng, type Rng } from '@pct/core';
import type { TestFunction } from '../../src/benchmarks/testFunctions.js';
import type {
  Direction,
  EncodedDimension,
  EncodedSpace,
  EncodedState,
  EncodedTrial,
  Sampler,
  SamplerContext,
} from '../../src/samplers/types.js';

/** An encoded space of continuous dimensions (`0`), discrete ones (levels) and categorical ones (−codes). */
export function encodedSpace(sizes: readonly number[]): EncodedSpace {
  const dimensions = sizes.map((size, j): EncodedDimension => {
    const levels = size === 0 ? Infinity : Math.abs(size);
    const kind = size === 0 ? 'continuous' : size > 0 ? 'discrete' : 'categorical';
    const clip = (level: number): number => Math.min(levels - 1, Math.max(0, level));
    return {
      name: `x${j}`,
      kind,
      levels,
      condition: undefined,
      placeOf: (level) =>
        kind === 'continuous' ? NaN : kind === 'discrete' ? (level + 0.5) / levels : level,
      levelAt: (x) =>
        kind === 'continuous' ? NaN : clip(kind === 'discrete' ? Math.floor(x * levels) : Math.round(x)),
    };
  });
  return {
    dimensions,
    snapInPlace(point) {
      dimensions.forEach((dimension, j) => {
        const x = point[j]!;
        point[j] =
          dimension.kind === 'continuous'
            ? Math.min(1, Math.max(0, x))
            : dimension.placeOf(dimension.levelAt(x));
      });
      return point;
    },
    sample(rng: Rng) {
      return Float64Array.from(dimensions, (dimension) =>
        dimension.kind === 'continuous' ? rng.uniform() : dimension.placeOf(rng.integer(0, dimension.levels)),
      );
    },
    allows: () => true,
    size: dimensions.reduce((product, { levels }) => product * levels, 1),
  };
}

/** Trials of a study, without the study: asks a sampler, and is told outcomes in any order. */
export class Simulation {
  readonly trials: EncodedTrial[] = [];
  readonly space: EncodedSpace;
  private readonly sampler: Sampler;
  private readonly directions: readonly Direction[];
  private readonly rng: Rng;
  private version = 0;

  constructor(
    sampler: Sampler,
    space: EncodedSpace,
    seed: number,
    directions: readonly Direction[] = ['minimize'],
  ) {
    this.sampler = sampler;
    this.space = space;
    this.directions = directions;
    this.rng = createRng(seed);
  }

  context(): SamplerContext {
    const { space, directions, trials, version } = this;
    const number = trials.length;
    return { space, directions, trials, version, number, rng: this.rng.split(number) };
  }

  /** Asks for a point; it is pending then. Returns the number of its trial. */
  ask(): number {
    const point = this.space.snapInPlace(this.sampler.ask(this.context()));
    return this.add(point, 'pending');
  }

  add(
    point: Float64Array,
    state: EncodedState,
    values?: readonly number[],
    constraints?: readonly number[],
  ): number {
    this.trials.push(this.trial(this.trials.length, point, state, values, constraints));
    return this.trials.length - 1;
  }

  tell(
    number: number,
    state: EncodedState,
    values?: readonly number[],
    constraints?: readonly number[],
  ): void {
    this.trials[number] = this.trial(number, this.trials[number]!.point, state, values, constraints);
  }

  private trial(
    number: number,
    point: Float64Array,
    state: EncodedState,
    values: readonly number[] | undefined,
    constraints: readonly number[] | undefined,
  ): EncodedTrial {
    this.version++;
    return {
      number,
      version: this.version,
      state,
      point,
      values: values && Float64Array.from(values),
      constraints: constraints && Float64Array.from(constraints),
      intermediates: [],
    };
  }
}

/** Asks and tells one by one; gives the best regret after each evaluation. */
export function regrets(
  sampler: Sampler,
  target: TestFunction,
  evaluations: number,
  seed: number,
): Float64Array {
  const { lower, upper } = target;
  const simulation = new Simulation(sampler, encodedSpace(lower.map(() => 0)), seed);
  let best = Infinity;
  return Float64Array.from({ length: evaluations }, () => {
    const number = simulation.ask();
    const value = target.evaluate(
      simulation.trials[number]!.point.map((x, j) => lower[j]! + x * (upper[j]! - lower[j]!)),
    );
    simulation.tell(number, 'complete', [value]);
    best = Math.min(best, value);
    return best - target.minimum;
  });
}
