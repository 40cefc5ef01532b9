/** The parts of the global object that only some run-times have. */
interface MaybeGlobals {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/**
 * Lets everything else that waits for this thread run (timers, input, messages, aborts), then goes on.
 * For long synchronous loops; awaiting an already settled promise does not do this.
 *
 * Uses `setImmediate` in Node and `scheduler.yield` or a message channel in browsers, where timers would wait
 * at least 4 ms. Takes some microseconds, so call it every few milliseconds of work rather than every step.
 *
 * @example
 * ```ts
 * for (const [index, row] of rows.entries()) {
 *   process(row);
 *   if (index % 1000 === 999) {
 *     await yieldToEventLoop();
 *     throwIfAborted(signal);
 *   }
 * }
 * ```
 */
export function yieldToEventLoop(): Promise<void> {
  const { setImmediate, scheduler } = globalThis as MaybeGlobals;
  if (setImmediate !== undefined) return new Promise((resolve) => void setImmediate(resolve));
  if (scheduler?.yield !== undefined) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Throws the signal's reason if the signal is aborted.
 *
 * @param signal - may be undefined, which never throws
 * @throws the signal's reason: an `AbortError` unless the caller of `abort` gave another
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}
