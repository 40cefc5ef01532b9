import type { Rng } from '@pct/core';
import type { SearchSpace } from '../../acquisition/maximize.js';
import type { CoordinateKind } from '../../kernels/Kernel.js';
import type { EncodedDimension, EncodedSpace } from '../types.js';
import type { Box } from './TrustRegion.js';

/** Coordinate of a parameter that is not active: the middle, and a code of its own. */
const INACTIVE = 0.5;
const INACTIVE_CODE = -1;

/** An encoded space as a Gaussian process sees it: points without gaps. */
export class ModelSpace implements SearchSpace {
  readonly dimensions: readonly EncodedDimension[];
  readonly kinds: readonly CoordinateKind[];
  private readonly space: EncodedSpace;

  constructor(space: EncodedSpace) {
    this.space = space;
    this.dimensions = space.dimensions;
    this.kinds = space.dimensions.map(({ kind }) => (kind === 'categorical' ? 'categorical' : 'continuous'));
  }

  /** The point with numbers where parameters are not active; a new array. */
  toModel(point: Float64Array): Float64Array {
    return this.fillGaps(point.slice());
  }

  private fillGaps(x: Float64Array): Float64Array {
    for (let j = 0; j < x.length; j++) {
      if (Number.isNaN(x[j]!)) x[j] = this.kinds[j] === 'categorical' ? INACTIVE_CODE : INACTIVE;
    }
    return x;
  }

  project = (x: Float64Array): Float64Array => this.fillGaps(this.space.snapInPlace(x));

  /** The point as the study knows it: snapped, NaN where parameters are not active; a new array. */
  toStudy(x: Float64Array): Float64Array {
    return this.space.snapInPlace(x.slice());
  }

  /** Whether the space's own rule allows a point. */
  allows(x: Float64Array): boolean {
    return this.space.allows(this.toStudy(x));
  }

  /** A uniform point. */
  sample(rng: Rng): Float64Array {
    return this.fillGaps(this.space.sample(rng));
  }

  /** A point of a box: uniform along some dimensions, that of the center along others, at least along one another one. */
  sampleBox(center: Float64Array, { lower, upper }: Box, rng: Rng): Float64Array {
    const x = center.slice();
    const always = rng.integer(0, x.length);
    const share = rng.uniform();
    for (let j = 0; j < x.length; j++) {
      if (j !== always && rng.uniform() >= share) continue;
      const { kind, levels } = this.dimensions[j]!;
      x[j] = kind === 'categorical' ? rng.integer(0, levels) : rng.uniform(lower[j]!, upper[j]!);
    }
    return this.project(x);
  }

  /**
   * A point near another: normal steps along continuous and discrete dimensions, now and then another code.
   *
   * @param steps - standard deviations, `[d]`
   */
  perturb(center: Float64Array, steps: ArrayLike<number>, rng: Rng): Float64Array {
    const x = center.slice();
    // In many dimensions a step along all of them at once goes nowhere near.
    const share = Math.min(1, 20 / x.length);
    this.dimensions.forEach((dimension, j) => {
      const { kind, levels } = dimension;
      if (rng.uniform() >= share) return;
      if (kind === 'categorical') {
        if (rng.uniform() < 0.2) x[j] = rng.integer(0, levels);
        return;
      }
      // Reflected at the ends, where clipping would pile points up.
      const moved = Math.abs(x[j]! + steps[j]! * rng.normal()) % 2;
      x[j] = moved > 1 ? 2 - moved : moved;
      const level = dimension.levelAt(center[j]!);
      if (kind === 'discrete' && dimension.levelAt(moved) === level && rng.uniform() < 0.5) {
        const next = level + (rng.uniform() < 0.5 ? -1 : 1);
        x[j] = dimension.placeOf(Math.min(levels - 1, Math.max(0, next)));
      }
    });
    return this.project(x);
  }
}
