import {
  checkInteger,
  checkOneOf,
  checkPositive,
  inlineExecutor,
  toRng,
  type Executor,
  type Progress,
} from '@pct/core';
import type { Journal } from '../journal/journal.js';
import { checksum, objectiveKey } from '../journal/key.js';
import { pointAt } from '../objective/evaluate.js';
import { factsOf, resolveObjective, sourceFor, type ObjectiveLike } from '../objective/source.js';
import { provenanceOf } from '../results/provenance.js';
import type { Provenance } from '../results/types.js';
import {
  extremesAlongChain,
  followExtremes,
  operatorsAt,
  type ChainOutput,
  type ChainPoints,
  type ChainSetting,
} from './chain.js';
import { requireSymmetric } from './checkOperator.js';
import { operatorAt, planOf, type HessianOperatorOptions } from './hessianOperator.js';

/** What the functions that follow curvature over many points have in common. */
export interface FollowOptions extends HessianOperatorOptions {
  /**
   * Which matrix.
   * @defaultValue `'hessian'`
   */
  readonly matrix?: 'hessian' | 'gauss-newton' | undefined;
  /**
   * Of each eigenvalue, relative: |A v − λ v| / |λ|.
   * @defaultValue `1e-3`, which makes values good to about 1e-6 where others are far
   */
  readonly tolerance?: number | undefined;
  /**
   * Most products per point.
   * @defaultValue `100`
   */
  readonly maxProducts?: number | undefined;
  /**
   * Whether to make sure first, at the first point, that the operator is symmetric and deterministic.
   * @defaultValue `true`
   */
  readonly check?: boolean | undefined;
  /**
   * Of the random vectors.
   * @defaultValue `0`
   */
  readonly seed?: number | undefined;
  /** Shares the points; the objective must then be an `ObjectiveSource`. The result is the same, bit for bit. */
  readonly executor?: Executor | undefined;
  /**
   * Keeps what is found in finished chains: rows of a map, eight checkpoints of a training, and gives back those of an earlier run, which are not computed again.
   * @defaultValue none
   */
  readonly journal?: Journal | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Is told the number of points, or of finished rows with an executor. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What came of it. */
export interface Followed {
  /** In the order of the chains. */
  readonly outputs: readonly ChainOutput[];
  /** Products with the operator in all. */
  readonly products: number;
  /** With further settings of the caller's. */
  readonly provenance: (settings: Readonly<Record<string, unknown>>) => Provenance;
}

/** Extreme eigenvalues along chains of points: each chain from its start, the chains independent of each other. */
export async function followChains(
  name: string,
  objective: ObjectiveLike,
  chains: readonly ChainPoints[],
  { top, bottom }: Pick<ChainSetting, 'top' | 'bottom'>,
  options: FollowOptions,
): Promise<Followed> {
  const { matrix = 'hessian', tolerance = 1e-3, maxProducts = 100, seed = 0, check = true } = options;
  const { journal, executor, signal, onProgress, block, products, relativeStep } = options;
  checkOneOf(name, 'option matrix', matrix, ['hessian', 'gauss-newton']);
  checkPositive(name, 'option tolerance', tolerance);
  checkInteger(name, 'option maxProducts', maxProducts, { min: 1 });
  toRng(seed, name);
  const source = executor === undefined ? undefined : sourceFor(name, objective);
  const opened = await resolveObjective(name, objective);
  const plan = planOf(name, opened, matrix, options);
  const setting: ChainSetting = { top, bottom, tolerance, maxProducts, seed };
  const key = {
    work: name,
    ...setting,
    ...plan,
    chains: chainsKey(chains),
    objective: objectiveKey(objective),
  };
  const known = await journal?.load(JSON.stringify(key));
  const outputs = chains.map((_, index) => unpack(known?.get(index)));
  const left = Array.from(chains.keys()).filter((index) => outputs[index] === undefined);
  if (left.length > 0) {
    const { origin, directions, coordinates } = chains[left[0]!]!;
    const first = operatorAt(opened, { ...plan, at: pointAt(origin, directions, coordinates[0]!) });
    await requireSymmetric(name, first, check);
  }
  const points = left.map((index) => chains[index]!);
  const results =
    executor === undefined
      ? inlineExecutor().map(
          {
            module: import.meta.url,
            name,
            run: (one: ChainPoints, context: { readonly signal: AbortSignal }): Promise<ChainOutput> =>
              followExtremes(operatorsAt(opened, plan, one), one.coordinates.length, setting, context.signal),
          },
          points,
          { signal, onProgress },
        )
      : executor.map(
          extremesAlongChain,
          points.map((one) => ({ source: source!, plan, points: one, setting })),
          { signal, onProgress },
        );
  for await (const { index, output } of results) {
    outputs[left[index]!] = output;
    await journal?.append(left[index]!, pack(output));
  }
  const found = outputs as ChainOutput[];
  const common = { matrix, block: block === undefined ? undefined : String(block), products, relativeStep };
  return {
    outputs: found,
    products: found.reduce((sum, output) => sum + output.products, 0),
    provenance: (settings) =>
      provenanceOf(name, { ...settings, ...common, tolerance, maxProducts }, { seed, ...factsOf(objective) }),
  };
}

/** Number of products, values and residuals in one array, for journals. */
function pack({ products, values, residuals }: ChainOutput): Float64Array {
  return Float64Array.of(products, ...values, ...residuals);
}

function unpack(part: Float64Array | undefined): ChainOutput | undefined {
  if (part === undefined) return undefined;
  const middle = (part.length + 1) / 2;
  return { products: part[0]!, values: part.slice(1, middle), residuals: part.slice(middle) };
}

/** A number that stands for all points of the chains. */
function chainsKey(chains: readonly ChainPoints[]): number {
  // Chains share their vectors, which are long.
  const sums = new Map<Float64Array, number>();
  const sumOf = (vector: Float64Array): number => {
    const sum = sums.get(vector) ?? checksum(vector);
    sums.set(vector, sum);
    return sum;
  };
  const parts = chains.flatMap(({ origin, directions, coordinates }) => [
    sumOf(origin),
    ...directions.map(sumOf),
    checksum(Float64Array.from(coordinates.flatMap((one) => [...one]))),
  ]);
  return checksum(Float64Array.from(parts));
}
