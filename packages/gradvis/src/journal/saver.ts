/** Least time between two saves of a state. */
const LEAST_MS = 1000;

/** A state is not saved again before so many times the time that saving takes is over. */
const PAUSE_PER_SAVE = 20;

/**
 * Saves a state that is replaced by the next from time to time, so that saving takes a small part of the time whatever the
 * size of the state, and little is lost when the process is killed.
 *
 * @param save - writes the state as it is now
 * @returns to be called whenever the state may be saved
 */
export function savesAtTimes(save: () => Promise<void>): () => Promise<void> {
  let next = performance.now() + LEAST_MS;
  return async () => {
    const start = performance.now();
    if (start < next) return;
    await save();
    const end = performance.now();
    next = end + Math.max(LEAST_MS, PAUSE_PER_SAVE * (end - start));
  };
}
