/** The configurations of the study, by their names on the command line. */
import type { TrainOptions } from '@pct/gnn-dfl';

/** Frames per step in the paper, which its λ belong to. */
const publishedBatch = 32;

const LAMBDAS = [25, 50, 75] as const;

/** One column of the paper's tables. */
export interface Config {
  /** As on the command line. */
  readonly name: string;
  /** As in the tables. */
  readonly title: string;
  readonly kind: 'line' | 'hit';
  /** Interpolation factor of the paper; undefined for predict-then-track. */
  readonly lambda: number | undefined;
  /** Primaries per frame in training and validation, in equal parts. */
  readonly densities: readonly number[];
}

/** Primaries per frame in the paper's training. */
export const publishedDensities: readonly number[] = [100];

const published: readonly Config[] = (['line', 'hit'] as const).flatMap((kind) => {
  const prefix = kind === 'line' ? '' : 'hit-';
  const where = kind === 'line' ? '' : ', hit graph';
  const common = { kind, densities: publishedDensities };
  return [
    { ...common, name: `${prefix}ptt`, title: `PTT${where}`, lambda: undefined },
    ...LAMBDAS.map((lambda) => ({
      ...common,
      name: `${prefix}pat${lambda}`,
      title: `PAT, λ = ${lambda}${where}`,
      lambda,
    })),
  ];
});

/**
 * All of them: `ptt`, `pat25`, ..., and the same on hit graphs, `hit-ptt`, `hit-pat25`, ... Besides, `mixed` is PTT for
 * frames of any density: batch norm takes the statistics of the frame at hand, which a network that has seen only one
 * density does not know how to read at another.
 */
export const configs: readonly Config[] = [
  ...published,
  {
    name: 'mixed',
    title: 'PTT, mixed densities',
    kind: 'line',
    lambda: undefined,
    densities: [10, 20, 50, 100, 150],
  },
];

/** Finds a configuration. */
export function configNamed(name: string): Config {
  const found = configs.find((config) => config.name === name);
  if (found === undefined)
    throw new Error(
      `--config must be one of ${configs.map((config) => config.name).join(', ')}, got ${name}`,
    );
  return found;
}

/**
 * What `train` needs to know of it.
 *
 * The blackbox estimator sees a gradient g of size 1 / (batch · segments), so that a smaller batch would mean a larger
 * step λ|g| in the costs. λ is scaled with the batch, which keeps λ|g| that of the paper's 32 frames.
 */
export function trainOptionsOf({ kind, lambda }: Config, batchSize: number) {
  const network = kind === 'hit' ? { kind } : {};
  if (lambda === undefined) return { mode: 'predict-then-track', network } satisfies TrainOptions;
  const scaled = (lambda * batchSize) / publishedBatch;
  const estimator = { name: 'blackbox', lambda: scaled, divideByLambda: false, clip: true } as const;
  return { mode: 'predict-and-track', network, estimator } satisfies TrainOptions;
}
