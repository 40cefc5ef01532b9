const queues = new WeakMap<object, Promise<unknown>>();

/**
 * Runs the calls into a module one after another. The WebAssembly of onnxruntime keeps arguments on its stack while
 * it waits, so that a second call in between, of whichever session, would overwrite those of the first.
 *
 * @param owner - an object of the module: calls with the same one wait for each other
 */
export function oneAtATime(owner: object): <T>(task: () => Promise<T>) => Promise<T> {
  return (task) => {
    const before = queues.get(owner) ?? Promise.resolve();
    const result = before.then(task);
    queues.set(
      owner,
      result.catch(() => undefined),
    );
    return result;
  };
}
