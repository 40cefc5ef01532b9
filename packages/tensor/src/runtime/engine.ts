import { InvalidArgumentError, describeValue } from '@pct/core';
import type { Graph } from '../graph/types.js';
import type { RuntimeChoice, RuntimeName } from '../runtimes/chooseRuntime.js';
import { chooseRuntime, RUNTIME_NAMES } from '../runtimes/chooseRuntime.js';
import type { Runtime } from './types.js';

/** Engines that were asked for by name, each loaded once. */
const kept = new Map<RuntimeName | 'auto', Promise<RuntimeChoice>>();

/**
 * The engine for a graph.
 *
 * @param name - function that was called, for messages
 * @param wanted - an engine, its name, or `'auto'` for what {@link chooseRuntime} finds. A graph with element types
 *   that the found one does not have goes to the interpreter
 * @throws {@link MissingDependencyError} if a certain engine is wanted and is not there
 * @throws {@link InvalidArgumentError} if it is none of these
 */
export async function engineFor(
  name: string,
  wanted: Runtime | RuntimeName | 'auto',
  graph: Graph,
): Promise<Runtime> {
  if (typeof wanted === 'object' && wanted !== null && typeof wanted.prepare === 'function') return wanted;
  if (wanted !== 'auto' && !RUNTIME_NAMES.includes(wanted as RuntimeName))
    throw new InvalidArgumentError(
      `${name}: runtime must be a Runtime or one of auto, ${RUNTIME_NAMES.join(', ')}, got ${describeValue(wanted)}`,
    );
  const { runtime } = await load(wanted as RuntimeName | 'auto');
  const { dtypes } = runtime;
  if (wanted !== 'auto' || dtypes === undefined) return runtime;
  const values = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)];
  if (values.every(({ type }) => dtypes.includes(type.dtype))) return runtime;
  return (await load('interpreter')).runtime;
}

function load(name: RuntimeName | 'auto'): Promise<RuntimeChoice> {
  let choice = kept.get(name);
  if (choice === undefined) {
    choice = chooseRuntime(name);
    kept.set(name, choice);
    // What is not there now may be there later.
    choice.catch(() => kept.delete(name));
  }
  return choice;
}
