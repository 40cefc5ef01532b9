import { checkInteger, trackProgress, type Progress } from '@pct/core';
import { difference, norm } from '../linalg/vectors.js';
import type { Journal } from '../journal/journal.js';
import { checksum, objectiveKey } from '../journal/key.js';
import { lossesAt, type EvaluateOptions } from '../objective/evaluate.js';
import { factsOf, type ObjectiveLike } from '../objective/source.js';
import { provenanceOf } from '../results/provenance.js';
import type { PathProfile } from '../results/types.js';
import { arcLengths, openPath, pointOnPath, type Path } from './path.js';

const NAME = 'pathProfile';

/** Options of {@link pathProfile}. */
export interface PathProfileOptions extends EvaluateOptions {
  /** Points at equal distances of t, both ends included, at least 2. @defaultValue `61` */
  readonly points?: number | undefined;
  /** Whether the result holds the control points. @defaultValue `true` */
  readonly keepVectors?: boolean | undefined;
  /**
   * Keeps losses as they come, by their place, and gives back those of an earlier run, which are not computed again.
   * @defaultValue none
   */
  readonly journal?: Journal | undefined;
  /** Counts the points that are left to compute. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Losses along a path, and what they say about the ground between its ends a and b:
 *
 * - the barrier, max over t of L(φ(t)) − ((1 − t) L(a) + t L(b)), not below 0;
 * - the mean, ∫ L ds / ∫ ds by the trapezoidal rule over the length of the path;
 * - the stretch, the length of the path over the distance of its ends.
 *
 * Where a loss is NaN, mean and barrier are NaN; where one is infinite, they are infinite.
 *
 * @param objective - as for `sampleSurface`
 * @param path - {@link Path}
 * @param options - {@link PathProfileOptions}
 * @throws {@link InvalidArgumentError} if the ends are the same point or an option is out of range · {@link ShapeError} if
 *   sizes differ · {@link TaskError} if the objective throws
 */
export async function pathProfile(
  objective: ObjectiveLike,
  path: Path,
  options: PathProfileOptions = {},
): Promise<PathProfile> {
  const { points = 61, keepVectors = true, journal, executor, signal, onProgress } = options;
  checkInteger(NAME, 'points', points, { min: 2 });
  const opened = openPath(NAME, path);
  const { shape, controls } = opened;
  const places = Float64Array.from({ length: points }, (_, i) => i / (points - 1));
  const key = {
    work: NAME,
    shape,
    points,
    controls: controls.map(checksum),
    objective: objectiveKey(objective),
  };
  const known = await journal?.load(JSON.stringify(key));
  const values = Float64Array.from(places, (_, k) => known?.get(k)?.[0] ?? NaN);
  const left = Array.from(places.keys()).filter((k) => known?.has(k) !== true);
  function* along(): Generator<Float64Array, void, undefined> {
    for (const k of left) yield pointOnPath(opened, places[k]!);
  }
  const progress = trackProgress(left.length, onProgress);
  for await (const { index, output } of lossesAt(NAME, objective, along(), { executor, signal })) {
    values[left[index]!] = output;
    await journal?.append(left[index]!, Float64Array.of(output));
    progress.advance();
  }
  progress.finish();
  const lengths = arcLengths(opened, places);
  const length = lengths.reduce((sum, part) => sum + part, 0);
  const weighted = lengths.reduce((sum, part, k) => sum + 0.5 * part * (values[k]! + values[k + 1]!), 0);
  return {
    kind: 'path',
    shape,
    ...(keepVectors ? { controls } : {}),
    places,
    values,
    barrier: barrierOf(places, values),
    mean: weighted / length,
    stretch: Math.max(1, length / norm(difference(controls.at(-1)!, controls[0]!))),
    provenance: provenanceOf(NAME, { shape, points, controls: controls.length }, factsOf(objective)),
  };
}

function barrierOf(places: Float64Array, values: Float64Array): number {
  const [first, last] = [values[0]!, values.at(-1)!];
  let barrier = 0;
  // The ends are 0 by definition, also where they are infinite.
  for (let k = 1; k < places.length - 1; k++)
    barrier = Math.max(barrier, values[k]! - ((1 - places[k]!) * first + places[k]! * last));
  return values.includes(NaN) ? NaN : barrier;
}
