import { throwIfAborted, yieldToEventLoop } from '@pct/core';

/** Longest time between two pauses for the event loop, unless one product alone takes longer. */
const PAUSE_MS = 10;

/**
 * Lets timers, messages and aborts in from time to time during loops over products, and throws once the signal is aborted.
 * Awaiting products is not enough, since many come without waiting.
 */
export function paced(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last >= PAUSE_MS) {
      await yieldToEventLoop();
      last = performance.now();
    }
    throwIfAborted(signal);
  };
}
