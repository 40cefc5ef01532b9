import { InvalidArgumentError, type Progress, throwIfAborted, trackProgress } from '@pct/core';
import {
  type ConservedSpecies,
  conservedSpecies,
  inputCount,
  massGroups,
  outputCount,
  pairOutputs,
  stateCount,
  stateOffset,
} from './columns.js';
import { countRows } from './rows.js';

/** Rows of inputs and their outputs. */
export interface Pairs {
  /** Number of pairs. */
  readonly rows: number;
  /** [row, 32] in the order of `inputNames` */
  readonly inputs: Float64Array | Float32Array;
  /** [row, 28] values after the step, in the order of `outputNames` */
  readonly outputs: Float64Array | Float32Array;
}

/** Mean and standard deviation of a column, and of ln(|x| + 1e-8). */
export interface ColumnStatistics {
  readonly mean: number;
  readonly sd: number;
  readonly logMean: number;
  readonly logSd: number;
}

/** What {@link pairStatistics} found. */
export interface PairStatistics {
  readonly rows: number;
  /** Of each input, in the order of `inputNames`. */
  readonly inputs: readonly ColumnStatistics[];
  /** Of each target, in the order of `outputNames`: changes over the step, and water. */
  readonly targets: readonly ColumnStatistics[];
  /** Standard deviation of asinh(change) over all columns of a species together. */
  readonly asinhSd: Readonly<Record<ConservedSpecies, number>>;
  /** How many targets of each output have a sign that M7 does not allow. */
  readonly wrongSigns: readonly number[];
  /** Largest change of the sum of a species, relative to the sum. */
  readonly imbalance: Readonly<Record<ConservedSpecies, number>>;
}

/** Options of {@link pairStatistics}. */
export interface PairStatisticsOptions {
  /** Stops the work. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of rows seen from time to time; their total is not known until the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Added to |x| before the logarithm, as in the published statistics. */
const logOffset = 1e-8;

/** Moments about a first value, which keeps sums of squares from losing digits. */
class Moments {
  private count = 0;
  private shift = 0;
  private sum = 0;
  private squares = 0;

  add(value: number): void {
    if (this.count++ === 0) this.shift = value;
    const from = value - this.shift;
    this.sum += from;
    this.squares += from * from;
  }

  get mean(): number {
    return this.shift + this.sum / this.count;
  }

  get sd(): number {
    const mean = this.sum / this.count;
    return Math.sqrt(Math.max(0, this.squares / this.count - mean * mean));
  }
}

/** Moments of a column and of its logarithm. */
class Column {
  private readonly values = new Moments();
  private readonly logs = new Moments();

  add(value: number): void {
    this.values.add(value);
    this.logs.add(Math.log(Math.abs(value) + logOffset));
  }

  get statistics(): ColumnStatistics {
    const { values, logs } = this;
    return { mean: values.mean, sd: values.sd, logMean: logs.mean, logSd: logs.sd };
  }
}

/**
 * Statistics of pairs, of ours or of a file's, in the form in which those of the published data are known.
 *
 * @param chunks - of `generatePairs` or of a reader
 * @param options - {@link PairStatisticsOptions}
 * @throws {@link ShapeError} for arrays that are not whole rows · {@link InvalidArgumentError} without any row ·
 *   the signal's reason
 */
export async function pairStatistics(
  chunks: AsyncIterable<Pairs> | Iterable<Pairs>,
  { signal, onProgress }: PairStatisticsOptions = {},
): Promise<PairStatistics> {
  const inputs = Array.from({ length: inputCount }, () => new Column());
  const targets = Array.from({ length: outputCount }, () => new Column());
  const groups = conservedSpecies.map((species) => ({
    columns: massGroups[species],
    asinh: new Moments(),
    imbalance: 0,
  }));
  const wrongSigns = new Array<number>(outputCount).fill(0);
  const target = new Float64Array(outputCount);
  const progress = trackProgress(Infinity, onProgress);
  let rows = 0;

  for await (const chunk of chunks) {
    throwIfAborted(signal);
    const count = countRows('pairStatistics', 'inputs', chunk.inputs, inputCount);
    countRows('pairStatistics', 'outputs', chunk.outputs, outputCount);
    for (let row = 0; row < count; row++) {
      const x = row * inputCount;
      const y = row * outputCount;
      inputs.forEach((column, k) => column.add(chunk.inputs[x + k]!));
      for (let k = 0; k < outputCount; k++) {
        const before = k < stateCount ? chunk.inputs[x + stateOffset + k]! : 0;
        const value = chunk.outputs[y + k]! - before;
        target[k] = value;
        targets[k]!.add(value);
        if (value * pairOutputs[k]!.sign < 0) wrongSigns[k]!++;
      }
      for (const group of groups) {
        let change = 0;
        let sum = 0;
        for (const k of group.columns) {
          group.asinh.add(Math.asinh(target[k]!));
          change += target[k]!;
          sum += Math.abs(chunk.inputs[x + stateOffset + k]!);
        }
        if (sum > 0) group.imbalance = Math.max(group.imbalance, Math.abs(change) / sum);
      }
    }
    rows += count;
    progress.advance(count);
  }
  progress.finish();
  if (rows === 0)
    throw new InvalidArgumentError('pairStatistics: chunks must hold at least one row, got none');
  const ofGroups = (value: (group: (typeof groups)[number]) => number) =>
    Object.fromEntries(conservedSpecies.map((species, k) => [species, value(groups[k]!)])) as Record<
      ConservedSpecies,
      number
    >;
  return {
    rows,
    inputs: inputs.map((column) => column.statistics),
    targets: targets.map((column) => column.statistics),
    asinhSd: ofGroups(({ asinh }) => asinh.sd),
    wrongSigns,
    imbalance: ofGroups(({ imbalance }) => imbalance),
  };
}
