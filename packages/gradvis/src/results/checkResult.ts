import { describeValue } from '@pct/core';
import type { Eigenpairs, MergeTree, PathProfile, Result, Spectrum, Surface, Trajectory } from './types.js';

/**
 * What is wrong with a result: a part that is missing or has another length than the others say.
 *
 * @returns one sentence without a full stop; undefined if nothing is
 */
export function problemOf(result: Result): string | undefined {
  if (typeof result !== 'object' || result === null)
    return `a result must be an object, got ${describeValue(result)}`;
  const { kind, provenance } = result;
  if (!Object.hasOwn(CHECKS, kind)) {
    return `kind must be one of ${Object.keys(CHECKS).join(', ')}, got ${describeValue(kind)}`;
  }
  if (typeof provenance !== 'object' || provenance === null) {
    return `provenance must be an object, got ${describeValue(provenance)}`;
  }
  const check = CHECKS[kind] as (given: Result) => Iterable<Expectation>;
  for (const [name, value, type, length] of check(result)) {
    if (!(value instanceof type) || (length !== undefined && value.length !== length))
      return `${name} must be a ${type.name}${length === undefined ? '' : ` of length ${length}`}, got ${describeValue(value)}`;
  }
  return undefined;
}

type ArrayType = typeof Float64Array | typeof Int32Array | typeof Uint8Array | typeof Array;
type Expectation = readonly [name: string, value: unknown, type: ArrayType, length?: number | undefined];

const CHECKS: { readonly [K in Result['kind']]: (result: never) => Iterable<Expectation> } = {
  surface: checkSurface,
  trajectory: checkTrajectory,
  spectrum: checkSpectrum,
  eigenpairs: checkEigenpairs,
  path: checkPath,
  'merge-tree': checkMergeTree,
};

function* checkSurface({ axes, values, status, cosines, origin }: Surface): Generator<Expectation> {
  yield ['axes', axes, Array];
  for (const [i, axis] of axes.entries()) yield [`axes.${i}.coordinates`, axis?.coordinates, Float64Array];
  const count = axes.reduce((product, { coordinates }) => product * coordinates.length, 1);
  yield ['values', values, Float64Array, count];
  yield ['status', status, Uint8Array, count];
  yield ['cosines', cosines, Float64Array, axes.length ** 2];
  for (const [i, { direction }] of axes.entries())
    if (direction !== undefined) yield [`axes.${i}.direction`, direction, Float64Array, origin?.length];
}

function* checkTrajectory(given: Trajectory): Generator<Expectation> {
  const { steps, coordinates, variances } = given;
  yield ['steps', steps, Float64Array];
  const points = steps.length;
  const axes = points === 0 ? 0 : Math.max(1, Math.round(coordinates.length / points));
  yield ['coordinates', coordinates, Float64Array, points * axes];
  for (const name of ['residuals', 'trueLosses', 'projectedLosses'] as const)
    yield [name, given[name], Float64Array, points];
  yield ['variances', variances, Float64Array];
  yield ['randomWalkVariances', given.randomWalkVariances, Float64Array];
}

function* checkSpectrum({ nodes, weights }: Spectrum): Generator<Expectation> {
  yield ['nodes', nodes, Array];
  yield ['weights', weights, Array, nodes.length];
  for (const [i, one] of nodes.entries()) {
    yield [`nodes.${i}`, one, Float64Array];
    yield [`weights.${i}`, weights[i], Float64Array, one.length];
  }
}

function* checkEigenpairs({ values, residuals, vectors, converged }: Eigenpairs): Generator<Expectation> {
  yield ['values', values, Float64Array];
  yield ['residuals', residuals, Float64Array, values.length];
  yield ['converged', converged, Uint8Array, values.length];
  yield ['vectors', vectors, Array];
  for (const [i, vector] of vectors.entries()) yield [`vectors.${i}`, vector, Float64Array];
}

function* checkPath({ places, values, controls }: PathProfile): Generator<Expectation> {
  yield ['places', places, Float64Array];
  yield ['values', values, Float64Array, places.length];
  for (const [i, control] of controls?.entries() ?? []) yield [`controls.${i}`, control, Float64Array];
}

function* checkMergeTree(given: MergeTree): Generator<Expectation> {
  const { minima } = given;
  yield ['shape', given.shape, Array];
  yield ['minima', minima, Int32Array];
  for (const name of ['births', 'deaths'] as const) yield [name, given[name], Float64Array, minima.length];
  for (const name of ['saddles', 'parents'] as const) yield [name, given[name], Int32Array, minima.length];
}
