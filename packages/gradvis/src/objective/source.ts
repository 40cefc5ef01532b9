import {
  describeValue,
  InvalidArgumentError,
  type Executor,
  type Objective,
  type ParameterBlock,
} from '@pct/core';
import type { ProvenanceFacts } from '../results/provenance.js';
import type { BatchNormMode } from '../results/types.js';

/** What an objective or its source may tell about itself, for the provenance of results. */
export interface ObjectiveFacts {
  /** Name of the objective and its data, such as `LeNet-5, 10 000 digits`. */
  readonly label?: string | undefined;
  /** What its batch normalisation uses. */
  readonly batchNorm?: BatchNormMode | undefined;
}

/** Tells the axis of an array of weights that counts output units. */
export type OutputAxis = (block: ParameterBlock) => number;

/** An objective that may say what it is. */
export interface DescribedObjective extends Objective, ObjectiveFacts {
  /**
   * How its weights are stored, for the normalisation of directions by filters.
   * @defaultValue as `@pct/tensor` does
   */
  readonly outputAxis?: OutputAxis | undefined;
}

/**
 * Where to find an objective: a function that a module exports. Unlike an objective, this can be sent to a worker thread,
 * which imports the module, calls the function once, and keeps what it returns.
 */
export interface ObjectiveSource extends ObjectiveFacts {
  /** URL of the module, such as `import.meta.url` of the file that exports the function. */
  readonly module: string;
  /** Name of the export: a function from the settings to an `Objective`, or a promise of one. */
  readonly name: string;
  /** What the function is called with; a JSON value. */
  readonly settings?: unknown;
}

/** What the functions of this package take: an objective, or where to find one. */
export type ObjectiveLike = DescribedObjective | ObjectiveSource;

/** Whether this says where to find an objective, rather than being one. */
export function isObjectiveSource(objective: ObjectiveLike): objective is ObjectiveSource {
  return typeof (objective as Partial<ObjectiveSource> | undefined)?.module === 'string';
}

const opened = new Map<string, Promise<Objective>>();

/**
 * The objective that a source names, made when it is first asked for in this thread and kept then.
 *
 * @param source - {@link ObjectiveSource}
 * @throws {@link InvalidArgumentError} if the module has no such function, or it returns no objective · whatever the
 *   import or the function throws
 */
export function openObjective(source: ObjectiveSource): Promise<Objective> {
  const key = JSON.stringify([source.module, source.name, source.settings]);
  let known = opened.get(key);
  if (known === undefined) {
    known = load(source);
    opened.set(key, known);
    // The next call tries again.
    known.catch(() => opened.delete(key));
  }
  return known;
}

/**
 * Forgets the objectives that this thread keeps for sources, and disposes those that can be disposed. Worker threads free
 * theirs when they end.
 */
export async function releaseObjectives(): Promise<void> {
  const all = [...opened.values()];
  opened.clear();
  for (const result of await Promise.allSettled(all)) {
    if (result.status !== 'fulfilled') continue;
    const disposable = result.value as Partial<AsyncDisposable>;
    await disposable[Symbol.asyncDispose]?.();
  }
}

async function load({ module, name, settings }: ObjectiveSource): Promise<Objective> {
  const exports = (await import(/* @vite-ignore */ module)) as Record<string, unknown>;
  const make = exports[name];
  if (typeof make !== 'function')
    throw new InvalidArgumentError(
      `openObjective: the module ${module} must export the function ${name}, got exports ` +
        (Object.keys(exports).join(', ') || '(none)'),
    );
  const objective: unknown = await (make as (settings: unknown) => unknown)(settings);
  return checkObjective(`openObjective: what ${name} returns`, objective);
}

/** Checks the parts that every objective has. */
function checkObjective(what: string, objective: unknown): Objective {
  const { size, loss } = (objective ?? {}) as Partial<Objective>;
  if (typeof loss !== 'function' || !Number.isSafeInteger(size) || size! < 1)
    throw new InvalidArgumentError(
      `${what} must be an Objective { size, loss, ... } with a size of at least 1, got ${describeValue(objective)}` +
        (typeof loss === 'function' ? ` of size ${describeValue(size)}` : ''),
    );
  return objective as Objective;
}

/**
 * What to do with an {@link ObjectiveLike}: objectives work in this thread; with an executor there must be a source.
 *
 * @param functionName - opens the messages
 * @returns the objective, opened if it was a source
 * @throws {@link InvalidArgumentError} if it is neither, or there is an executor but no source
 */
export async function resolveObjective(
  functionName: string,
  objective: ObjectiveLike,
  executor?: Executor,
): Promise<Objective> {
  if (isObjectiveSource(objective)) {
    checkSource(functionName, objective);
    return openObjective(objective);
  }
  checkObjective(`${functionName}: objective`, objective);
  if (executor !== undefined) throw needsSource(functionName);
  return objective;
}

/**
 * The source to send to an executor's tasks.
 *
 * @throws {@link InvalidArgumentError} if the objective is no source
 */
export function sourceFor(functionName: string, objective: ObjectiveLike): ObjectiveSource {
  if (!isObjectiveSource(objective)) throw needsSource(functionName);
  return checkSource(functionName, objective);
}

function checkSource(functionName: string, source: ObjectiveSource): ObjectiveSource {
  const { module, name, settings } = source;
  if (!URL.canParse(module))
    throw new InvalidArgumentError(
      `${functionName}: objective.module must be a URL such as import.meta.url, got ${describeValue(module)}`,
    );
  if (typeof name !== 'string' || name === '')
    throw new InvalidArgumentError(
      `${functionName}: objective.name must be the name of an export, got ${describeValue(name)}`,
    );
  return settings === undefined ? { module, name } : { module, name, settings };
}

function needsSource(functionName: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `${functionName}: with an executor, objective must be an ObjectiveSource { module, name, settings }, since an ` +
      'Objective cannot be sent to another thread: export a function that makes it from a module, and pass ' +
      "{ module: import.meta.url, name: 'itsName' }",
  );
}

/** What provenance says about an objective. */
export function factsOf(objective: ObjectiveLike): Pick<ProvenanceFacts, 'objective' | 'batchNorm'> {
  return { objective: objective.label, batchNorm: objective.batchNorm };
}
