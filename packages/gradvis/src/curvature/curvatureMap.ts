import { cosines } from '../directions/geometry.js';
import type { ObjectiveLike } from '../objective/source.js';
import type { Surface } from '../results/types.js';
import type { GridAxis } from '../surface/grid.js';
import { openGrid, type SurfaceAxis } from '../surface/sampleSurface.js';
import type { ChainPoints } from './chain.js';
import { followChains, type FollowOptions } from './follow.js';

/** Options of {@link curvatureMap}: of its grid, and of the eigenvalues. */
export interface CurvatureMapOptions extends FollowOptions, GridAxis {}

/** Curvature over a plane: surfaces like those of losses, for the same figures and files. */
export interface CurvatureMap {
  /** Largest eigenvalue at each point. */
  readonly largest: Surface;
  /** Smallest eigenvalue at each point. */
  readonly smallest: Surface;
  /** Smallest over largest in magnitude, |λ_min / λ_max|: 0 where the loss is convex up to noise. */
  readonly ratio: Surface;
  /** Largest residual |A v − λ v| over |λ_max| of the two, at each point. */
  readonly residuals: Float64Array;
  /** Products with the operator in all; one costs two to four gradients. */
  readonly products: number;
}

/**
 * Extreme eigenvalues over a line or plane, and their ratio, which tells where the loss is convex as far as curvature goes.
 * Each row is followed from its start, every search beginning with the eigenvectors of the point before.
 *
 * @param objective - the loss, or with an executor where to find it
 * @param origin - point with coordinates 0, [size]
 * @param axes - one to three; few points, since each costs tens of products
 * @param options - {@link CurvatureMapOptions}
 * @throws as `hessianOperator` and `eigenpairs`
 * @see Li et al. 2018, Visualizing the Loss Landscape of Neural Nets, section 6
 */
export async function curvatureMap(
  objective: ObjectiveLike,
  origin: Float64Array,
  axes: readonly SurfaceAxis[],
  options: CurvatureMapOptions = {},
): Promise<CurvatureMap> {
  const name = 'curvatureMap';
  const { coordinates, total } = openGrid(name, objective, origin, axes, options);
  const [row, ...outer] = coordinates;
  const width = row!.length;
  const rows = total / width;
  const directions = axes.map(({ direction }) => direction);
  const chains = Array.from({ length: rows }, (_, index): ChainPoints => {
    let rest = index;
    const fixed = outer.map((axis) => {
      const place = rest % axis.length;
      rest = (rest - place) / axis.length;
      return axis[place]!;
    });
    return { origin, directions, coordinates: Array.from(row!, (x) => [x, ...fixed]) };
  });
  const followed = await followChains(name, objective, chains, { top: 1, bottom: 1 }, options);
  const largest = new Float64Array(total);
  const smallest = new Float64Array(total);
  const residuals = new Float64Array(total);
  followed.outputs.forEach((output, index) => {
    for (let k = 0; k < width; k++) {
      const at = index * width + k;
      largest[at] = output.values[2 * k]!;
      smallest[at] = output.values[2 * k + 1]!;
      const worst = Math.max(output.residuals[2 * k]!, output.residuals[2 * k + 1]!);
      residuals[at] = worst / Math.abs(largest[at]);
    }
  });
  const surface = (values: Float64Array, what: string): Surface => ({
    kind: 'surface',
    axes: axes.map((axis, k) => ({
      name: axis.name,
      coordinates: coordinates[k]!,
      direction: axis.direction.slice(),
      ...(axis.variance === undefined ? {} : { variance: axis.variance }),
    })),
    values,
    status: new Uint8Array(total).fill(1),
    origin: origin.slice(),
    cosines: cosines(axes),
    provenance: followed.provenance({ values: what }),
  });
  return {
    largest: surface(largest, 'largest eigenvalue'),
    smallest: surface(smallest, 'smallest eigenvalue'),
    ratio: surface(
      smallest.map((value, k) => Math.abs(value / largest[k]!)),
      'smallest over largest eigenvalue, in magnitude',
    ),
    residuals,
    products: followed.products,
  };
}
