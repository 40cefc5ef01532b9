/** What is timed: networks, what is done with them, sizes, threads. */

/** One row of the table. */
export interface Task {
  readonly network: 'dense' | 'lenet' | 'matmul';
  /** Value and gradient; the same and the update by Adam; product of the Hessian and a vector; product. */
  readonly what: 'gradient' | 'adam' | 'hessian' | 'product';
  /** Examples in a batch, or rows of the square matrices. */
  readonly size: number;
  readonly threads: number;
}

/** What a side found for a task. */
export interface Timed {
  /** Least time of a run. */
  readonly milliseconds: number;
  /** A few numbers of the first run's result, to see that the sides do the same. */
  readonly values: readonly number[];
}

/** A program that is ready to run. */
export interface Prepared {
  /** Runs it once; gives a few numbers of the result. */
  run(): Promise<number[]>;
  dispose(): Promise<void>;
}

const ROWS: readonly Omit<Task, 'threads'>[] = [
  ...[64, 256, 8192].map((size) => ({ network: 'dense', what: 'gradient', size }) as const),
  ...[64, 256, 8192].map((size) => ({ network: 'dense', what: 'adam', size }) as const),
  ...[64, 8192].map((size) => ({ network: 'dense', what: 'hessian', size }) as const),
  ...(['gradient', 'adam', 'hessian'] as const).map(
    (what) => ({ network: 'lenet', what, size: 64 }) as const,
  ),
  { network: 'matmul', what: 'product', size: 1024 },
];

/** All tasks that are timed. */
export const TASKS: readonly Task[] = [1, 2].flatMap((threads) => ROWS.map((row) => ({ ...row, threads })));

const NETWORKS = { dense: 'dense', lenet: 'LeNet-5', matmul: 'matrices' };
const DEEDS = {
  gradient: 'value and gradient',
  adam: 'step of Adam',
  hessian: 'Hessian product',
  product: 'product',
};

/** A task in words, without its threads. */
export function labelOf({ network, what, size }: Task): string {
  return `${NETWORKS[network]}, ${DEEDS[what]}, ${network === 'matmul' ? `${size} rows` : `batch ${size}`}`;
}
