import { checkInteger, checkOneOf, createRng, describeValue, InvalidArgumentError } from '@pct/core';
import { medianPruner } from '../pruners/percentile.js';
import { gpSampler } from '../samplers/gp/gpSampler.js';
import type { Direction } from '../samplers/types.js';
import { SpaceEncoding } from '../space/SpaceEncoding.js';
import type { Space } from '../space/parameters.js';
import { memoryStorage } from '../storage/memoryStorage.js';
import { Study } from './Study.js';
import { StudyStore } from './StudyStore.js';
import type { StudyOptions } from './types.js';

/** Random points among which the rule of a space must allow one. */
const RULE_ATTEMPTS = 10_000;

/**
 * Makes a study, or continues the one of that name in the storage.
 *
 * @param options - {@link StudyOptions}
 * @throws {@link InvalidArgumentError} naming the parameter of the space or the option that is wrong · what reading the
 *   storage throws
 * @example
 * ```ts
 * const study = createStudy({
 *   space: { lr: float(1e-5, 1e-1, { log: true }), layers: int(1, 4) },
 *   direction: 'maximize',
 *   seed: 7,
 * });
 * await study.optimize(({ params: { lr, layers } }) => accuracy(lr, layers), { trials: 50 });
 * study.best?.params;
 * ```
 */
export function createStudy<const S extends Space>(options: StudyOptions<S>): Study<S> {
  const { name = 'study', seed, retries = 0, avoidDuplicates = false, interrupted = 'continue' } = options;
  const { recall = true } = options;
  if (typeof name !== 'string' || name === '') {
    throw new InvalidArgumentError(`createStudy: name must be a text, got ${describeValue(name)}`);
  }
  if (seed !== undefined && typeof seed !== 'string' && !Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError(
      `createStudy: seed must be a safe integer or a text, got ${describeValue(seed)}`,
    );
  }
  checkInteger('createStudy', 'retries', retries, { min: 0 });
  checkOneOf('createStudy', 'interrupted', interrupted, ['continue', 'fail']);
  const directions = readDirections(options);
  const space = new SpaceEncoding('createStudy', options.space, options.allow);
  const allowed = findAllowed(space, options.allow);
  const store = new StudyStore(options.storage ?? memoryStorage(), name, directions, seed);
  return new Study({
    store,
    space,
    sampler: options.sampler ?? gpSampler(),
    pruner: options.pruner ?? medianPruner(),
    retries,
    avoidDuplicates,
    interrupted,
    recall,
    allowed,
  });
}

function readDirections({
  direction,
  directions,
}: Pick<StudyOptions<Space>, 'direction' | 'directions'>): readonly Direction[] | undefined {
  if (direction !== undefined && directions !== undefined) {
    throw new InvalidArgumentError('createStudy: give direction or directions, not both');
  }
  const list = directions ?? (direction === undefined ? undefined : [direction]);
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || list.length === 0) {
    throw new InvalidArgumentError(
      `createStudy: directions must be a list of at least one direction, got ${describeValue(list)}`,
    );
  }
  for (const entry of list as readonly Direction[]) {
    checkOneOf('createStudy', 'direction', entry, ['minimize', 'maximize']);
  }
  return [...(list as readonly Direction[])];
}

/** A point for when all else fails. */
function findAllowed<S extends Space>(space: SpaceEncoding<S>, rule: StudyOptions<S>['allow']): Float64Array {
  const rng = createRng('allowed');
  for (let attempt = 0; attempt < RULE_ATTEMPTS; attempt++) {
    const point = space.sample(rng);
    // Called directly, so that an error of the rule itself is seen.
    if (rule === undefined || rule(space.decode(point))) return point;
  }
  throw new InvalidArgumentError(
    `createStudy: allow must allow some points, but refused ${RULE_ATTEMPTS} random ones; narrow the ranges of the parameters`,
  );
}
