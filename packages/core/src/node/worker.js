// Runs in the worker threads of threadExecutor. Plain JavaScript without imports from this package, so that
// Node runs it from the sources as well as from the built package.
import { URL } from 'node:url';
import { Tinypool } from 'tinypool';

/**
 * @param {{ module: string, name: string, input: unknown, index: number }} request
 * @returns {Promise<object>} `{ output }`, or `{ error }` in a form that survives structured cloning
 */
export async function runTask({ module, name, input, index }) {
  try {
    const task = await loadTask(module, name);
    // A thread is stopped as a whole, so this signal never aborts.
    const { signal } = new globalThis.AbortController();
    const output = await task.run(input, { index, signal });
    const transfer = (task.transferOutput?.(output) ?? []).filter(
      (item) => !(item instanceof globalThis.SharedArrayBuffer),
    );
    if (transfer.length === 0) return { output };
    return Tinypool.move({
      [Tinypool.transferableSymbol]: transfer,
      [Tinypool.valueSymbol]: { output },
    });
  } catch (error) {
    return { error: describeError(error, 4) };
  }
}

async function loadTask(module, name) {
  let exports;
  try {
    exports = await import(module);
  } catch (cause) {
    const remedy = /\.[cm]?tsx?$/.test(new URL(module).pathname)
      ? '; worker threads run JavaScript: give the compiled file, or a loader by ' +
        "threadExecutor({ execArgv: ['--import', './loader.mjs'] }), where loader.mjs says " +
        "import { register } from 'tsx/esm/api'; register();"
      : '';
    throw new Error(`cannot load the task's module ${module}: ${cause?.message ?? cause}${remedy}`, {
      cause,
    });
  }
  // Bundlers may rename exports of shared chunks, hence the second look.
  const named = [exports[name], ...Object.values(exports)];
  const task = named.find((value) => value?.name === name && typeof value.run === 'function');
  if (task === undefined) {
    throw new Error(
      `the module ${module} must export the task ${name}, got exports ${Object.keys(exports).join(', ') || '(none)'}`,
    );
  }
  return task;
}

function describeError(error, depth) {
  if (!(error instanceof Error)) return { value: cloneable(error) };
  const { name, message, stack, code, cause } = error;
  return {
    name: String(name),
    message: String(message),
    stack: String(stack),
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    cause: cause === undefined || depth === 0 ? undefined : describeError(cause, depth - 1),
  };
}

function cloneable(value) {
  try {
    return globalThis.structuredClone(value);
  } catch {
    return String(value);
  }
}
