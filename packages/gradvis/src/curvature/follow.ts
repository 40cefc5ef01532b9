import {
  checkInteger,
  checkOneOf,
  checkPositive,
  collect,
  inlineExecutor,
  toRng,
  type Executor,
  type Progress,
} from '@pct/core';
import { pointAt } from '../objective/evaluate.js';
import { factsOf, resolveObjective, sourceFor, type ObjectiveLike } from '../objective/source.js';
import { provenanceOf } from '../provenance.js';
import type { Provenance } from '../results.js';
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
  const { executor, signal, onProgress, block, products, relativeStep } = options;
  checkOneOf(name, 'option matrix', matrix, ['hessian', 'gauss-newton']);
  checkPositive(name, 'option tolerance', tolerance);
  checkInteger(name, 'option maxProducts', maxProducts, { min: 1 });
  toRng(seed, name);
  const source = executor === undefined ? undefined : sourceFor(name, objective);
  const opened = await resolveObjective(name, objective);
  const plan = planOf(name, opened, matrix, options);
  const { origin, directions, coordinates } = chains[0]!;
  const first = operatorAt(opened, { ...plan, at: pointAt(origin, directions, coordinates[0]!) });
  await requireSymmetric(name, first, check);
  const setting: ChainSetting = { top, bottom, tolerance, maxProducts, seed };
  let outputs: ChainOutput[];
  if (executor !== undefined) {
    const inputs = chains.map((points) => ({ source: source!, plan, points, setting }));
    outputs = await collect(executor.map(extremesAlongChain, inputs, { signal, onProgress }));
  } else {
    const task = {
      module: import.meta.url,
      name,
      run: (points: ChainPoints, context: { readonly signal: AbortSignal }): Promise<ChainOutput> =>
        followExtremes(operatorsAt(opened, plan, points), points.coordinates.length, setting, context.signal),
    };
    outputs = await collect(inlineExecutor().map(task, chains, { signal, onProgress }));
  }
  const common = { matrix, block: block === undefined ? undefined : String(block), products, relativeStep };
  return {
    outputs,
    products: outputs.reduce((sum, output) => sum + output.products, 0),
    provenance: (settings) =>
      provenanceOf(name, { ...settings, ...common, tolerance, maxProducts }, { seed, ...factsOf(objective) }),
  };
}
