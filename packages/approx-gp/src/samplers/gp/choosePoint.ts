import type { Rng } from '@pct/core';
import { maximizeSurface } from '../../acquisition/maximize.js';
import type { AcquisitionSurface } from '../../acquisition/surface.js';
import type { SurfaceParts } from './makeSurface.js';
import type { ModelSpace } from './ModelSpace.js';
import { isInside, type Box } from './TrustRegion.js';

/** Random points that are looked at for one that is allowed. */
const ATTEMPTS = 100;
/** Scaled squared distance below which two starts would climb the same hill. */
const SAME_HILL = 0.04;
/** Coordinates closer than this are the same point. */
const SAME_POINT = 1e-9;

/** A box, and whether the answer should be inside or outside of it. */
export interface Region {
  readonly box: Box;
  readonly inside: boolean;
}

/** What a question is answered from. */
export interface Question extends SurfaceParts {
  readonly space: ModelSpace;
  /** Undefined if the answer may be anywhere. */
  readonly region: Region | undefined;
}

/** Climbs from the best candidates, and takes the best point that is new and allowed, `[d]`. */
export function choosePoint(surface: AcquisitionSurface, question: Question): Float64Array {
  const { space, model, candidates, pending, settings, region, rng } = question;
  const order = ranking(surface.evaluatePool());
  const { lengthScales } = model.objective.first.hyperparameters;
  const avoid = settings.pending === 'localMaxima' ? pending : [];
  const isNew = (x: Float64Array): boolean => {
    for (let row = 0; row < model.told; row++) if (isSame(x, model.point(row))) return false;
    return !pending.some((other) => isSame(x, other));
  };
  const isFree = (x: Float64Array): boolean =>
    avoid.every((other) => scaledDistance(x, other, lengthScales) > SAME_HILL);
  const isWanted = (x: Float64Array): boolean =>
    region === undefined || isInside(x, region.box) === region.inside;
  const starts: Float64Array[] = [];
  const wanted = settings.climbs + avoid.length;
  for (const index of order) {
    if (starts.length === wanted) break;
    const x = candidates.objective.point(index);
    if (!isWanted(x)) continue;
    if (starts.every((other) => scaledDistance(x, other, lengthScales) > SAME_HILL)) starts.push(x);
  }
  const { dimensions, project } = space;
  const within = region?.inside === true ? region.box : undefined;
  const maxima = maximizeSurface(surface, { dimensions, project, ...within }, starts).map(({ x }) => x);
  const usable = maxima.filter((x) => space.allows(x));
  const fresh = usable.filter((x) => isNew(x) && isFree(x));
  // A climb from outside may end inside of the box.
  const found = fresh.find(isWanted) ?? fresh[0];
  if (found !== undefined) return space.toStudy(found);
  for (const index of order) {
    const x = candidates.objective.point(index);
    if (space.allows(x) && isNew(x) && isFree(x)) return space.toStudy(x);
  }
  // Nothing new in sight, as when the space has few points: again what is best, or anything.
  return usable[0] === undefined ? uniformPoint(space, rng.split('last')) : space.toStudy(usable[0]);
}

/** A uniform point that the space's own rule allows, if one is found soon, `[d]`. */
export function uniformPoint(space: ModelSpace, rng: Rng): Float64Array {
  let x = space.sample(rng);
  for (let attempt = 0; attempt < ATTEMPTS && !space.allows(x); attempt++) x = space.sample(rng);
  return space.toStudy(x);
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
