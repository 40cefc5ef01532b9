import type { Rng } from '@pct/core';
import type { GpEnsemble } from '../../gp/GpEnsemble.js';
import type { PosteriorPool } from '../../gp/mixture.js';
import type { ModelSpace } from './ModelSpace.js';

/** Share of the candidates that are near the best point. */
const LOCAL_SHARE = 0.375;
/** Share of the candidates that are new at each question. */
const FRESH_SHARE = 1 / 16;
/** Steps of local candidates, in length-scales: from wide to narrow. */
const WIDEST = 0.5;
const NARROWEST = 5e-4;

/** Candidates that stay from question to question, some of them replaced each time, and their posteriors. */
export class CandidateSet {
  readonly objective: PosteriorPool;
  private readonly constraints: PosteriorPool[];
  private readonly space: ModelSpace;
  private readonly localCount: number;
  private nextLocal = 0;
  private nextGlobal = 0;

  constructor(
    space: ModelSpace,
    objective: GpEnsemble,
    constraints: readonly GpEnsemble[],
    count: number,
    rng: Rng,
  ) {
    const d = space.dimensions.length;
    const points = new Float64Array(count * d);
    for (let c = 0; c < count; c++) points.set(space.sample(rng), c * d);
    this.space = space;
    this.localCount = Math.floor(LOCAL_SHARE * count);
    this.objective = objective.createPool(points);
    this.constraints = constraints.map((ensemble) => ensemble.createPool(points));
  }

  /** Pool of a constraint. */
  constraint(index: number): PosteriorPool {
    return this.constraints[index]!;
  }

  /** Number of constraints the set was made for. */
  get constraintCount(): number {
    return this.constraints.length;
  }

  /** Puts new points in the place of the oldest: around `center`, if there is one, and anywhere. */
  refresh(center: Float64Array | undefined, lengthScales: ArrayLike<number>, rng: Rng): void {
    const { size } = this.objective;
    const fresh = Math.max(2, Math.round(FRESH_SHARE * size));
    const local = center === undefined ? 0 : Math.ceil(fresh / 2);
    for (let k = 0; k < fresh; k++) {
      if (k < local) {
        const width = WIDEST * (NARROWEST / WIDEST) ** rng.uniform();
        const steps = Float64Array.from(lengthScales, (scale) => width * Math.min(1, scale));
        this.replace(this.nextLocal, this.space.perturb(center!, steps, rng));
        this.nextLocal = (this.nextLocal + 1) % this.localCount;
      } else {
        this.replace(this.localCount + this.nextGlobal, this.space.sample(rng));
        this.nextGlobal = (this.nextGlobal + 1) % (size - this.localCount);
      }
    }
  }

  private replace(index: number, x: Float64Array): void {
    this.objective.replace(index, x);
    for (const pool of this.constraints) pool.replace(index, x);
  }

  /** Takes in what the processes learnt. */
  update(): void {
    this.objective.update();
    for (const pool of this.constraints) pool.update();
  }

  dispose(): void {
    this.objective.dispose();
    for (const pool of this.constraints) pool.dispose();
  }
}
