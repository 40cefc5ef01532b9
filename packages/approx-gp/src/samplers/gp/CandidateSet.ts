import type { Rng } from '@pct/core';
import type { GpEnsemble } from '../../gp/GpEnsemble.js';
import type { PosteriorPool } from '../../gp/mixture.js';
import type { ModelSpace } from './ModelSpace.js';
import type { Box } from './TrustRegion.js';

/** Share of the candidates that are near the best point. */
const LOCAL_SHARE = 0.375;
/** Share of the candidates that are new at each question. */
const FRESH_SHARE = 1 / 16;
/** Steps of local candidates, in length-scales: from wide to narrow. */
const WIDEST = 0.5;
const NARROWEST = 5e-4;

/** Candidates that stay from question to question, some of them replaced each time, and their posteriors. */
export class CandidateSet {
  /** Pools of the processes that the set was made for, in their order. */
  readonly pools: readonly PosteriorPool[];
  private readonly space: ModelSpace;
  private readonly localCount: number;
  private readonly cube: Box;
  private nextLocal = 0;
  private nextGlobal = 0;

  constructor(space: ModelSpace, ensembles: readonly GpEnsemble[], count: number, rng: Rng) {
    const d = space.dimensions.length;
    const points = new Float64Array(count * d);
    for (let c = 0; c < count; c++) points.set(space.sample(rng), c * d);
    this.space = space;
    this.cube = { lower: new Float64Array(d), upper: new Float64Array(d).fill(1) };
    this.localCount = Math.floor(LOCAL_SHARE * count);
    this.pools = ensembles.map((ensemble) => ensemble.createPool(points));
  }

  /** Pool of the first process. */
  get objective(): PosteriorPool {
    return this.pools[0]!;
  }

  /**
   * Puts new points in the place of the oldest: around `center`, if there is one, and anywhere; all around it if a
   * question inside a box is to be answered.
   */
  refresh(
    center: Float64Array | undefined,
    lengthScales: ArrayLike<number>,
    rng: Rng,
    box: Box | undefined,
  ): void {
    const { size } = this.objective;
    const fresh = Math.max(2, Math.round(FRESH_SHARE * size));
    const local = center === undefined ? 0 : box !== undefined ? fresh : Math.ceil(fresh / 2);
    for (let k = 0; k < fresh; k++) {
      if (k < local) {
        const inBox = box !== undefined && k % 2 === 0;
        const width = WIDEST * (NARROWEST / WIDEST) ** rng.uniform();
        const steps = Float64Array.from(lengthScales, (scale) => width * Math.min(1, scale));
        const x = inBox ? this.space.sampleBox(center!, box, rng) : this.space.perturb(center!, steps, rng);
        this.replace(this.nextLocal, x);
        this.nextLocal = (this.nextLocal + 1) % this.localCount;
      } else {
        // Half of them differ from the best point along some dimensions only: other basins are often one step away.
        const x =
          center !== undefined && k % 2 === 0
            ? this.space.sampleBox(center, this.cube, rng)
            : this.space.sample(rng);
        this.replace(this.localCount + this.nextGlobal, x);
        this.nextGlobal = (this.nextGlobal + 1) % (size - this.localCount);
      }
    }
  }

  private replace(index: number, x: Float64Array): void {
    for (const pool of this.pools) pool.replace(index, x);
  }

  /** Takes in what the processes learnt. */
  update(): void {
    for (const pool of this.pools) pool.update();
  }

  dispose(): void {
    for (const pool of this.pools) pool.dispose();
  }
}
