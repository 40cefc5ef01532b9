import { checkInteger, type Executor, inlineExecutor, type Progress, trackProgress } from '@pct/core';
import { pairChunk, type PairChunk } from './pairChunk.js';
import { type PairSettings, resolveSettings } from './settings.js';

/** Options of {@link generatePairs}. */
export interface GeneratePairsOptions extends PairSettings {
  /** How many pairs. */
  readonly rows: number;
  /**
   * Number of the first row. Row n of a data set is always the same, so a data set can be continued.
   * @defaultValue `0`
   */
  readonly firstRow?: number | undefined;
  /**
   * Pairs per chunk; the last one may have fewer. Changes no pair.
   * @defaultValue `4096`
   */
  readonly chunkRows?: number | undefined;
  /**
   * What the chunks are made on, such as a `threadExecutor`. Changes no pair.
   * @defaultValue this thread
   */
  readonly executor?: Executor | undefined;
  /** Stops the work; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of pairs that are done from time to time. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Pairs of M7 states before and after one step, like the published training data: states of several regimes of air,
 * stepped until they look like a model's, then recorded.
 *
 * @param options - {@link GeneratePairsOptions}
 * @returns chunks in the order of their rows, to be iterated once
 * @throws {@link InvalidArgumentError} (at once) for options outside their range
 * @example
 * ```ts
 * for await (const { rows, inputs, outputs } of generatePairs({ rows: 10_000, seed: 1 })) {
 *   for (let row = 0; row < rows; row++) {
 *     gained += outputs[row * 28 + outputIndex('n_NS')]! - inputs[row * 32 + inputIndex('n_NS')]!;
 *   }
 * }
 * ```
 * @see Harder et al. 2022, Environmental Data Science 1:e20, section 3
 */
export function generatePairs(options: GeneratePairsOptions): AsyncIterable<PairChunk> {
  const { rows, firstRow = 0, chunkRows = 4096, executor, signal, onProgress } = options;
  const settings = resolveSettings('generatePairs', options);
  checkInteger('generatePairs', 'rows', rows, { min: 1 });
  checkInteger('generatePairs', 'firstRow', firstRow, { min: 0, max: Number.MAX_SAFE_INTEGER - rows });
  checkInteger('generatePairs', 'chunkRows', chunkRows, { min: 1, max: 1 << 20 });

  function* orders() {
    for (let done = 0; done < rows; done += chunkRows) {
      yield { settings, first: firstRow + done, rows: Math.min(chunkRows, rows - done) };
    }
  }
  async function* chunks(): AsyncGenerator<PairChunk, void, undefined> {
    const progress = trackProgress(rows, onProgress);
    const results = (executor ?? inlineExecutor()).map(pairChunk, orders(), { signal });
    for await (const chunk of inOrder(results)) {
      progress.advance(chunk.rows);
      yield chunk;
    }
  }
  return chunks();
}

/** Outputs in the order of their inputs; few wait, since executors start inputs in order. */
async function* inOrder<O>(
  results: AsyncIterable<{ readonly index: number; readonly output: O }>,
): AsyncGenerator<O, void, undefined> {
  const early = new Map<number, O>();
  let next = 0;
  for await (const { index, output } of results) {
    early.set(index, output);
    for (let ready = early.get(next); ready !== undefined; ready = early.get(next)) {
      early.delete(next++);
      yield ready;
    }
  }
}
