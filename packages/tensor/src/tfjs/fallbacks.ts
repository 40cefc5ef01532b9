import type { DType, Node } from '../graph/types.js';

/** A primitive that is computed in TypeScript on data read back from tfjs. */
export interface TfjsFallback {
  /** Name of the primitive. */
  readonly primitive: string;
  /** Backends on which it is. */
  readonly backends: readonly string[] | 'all';
  /** Element types for which it is; all where not given. */
  readonly dtypes?: readonly DType[] | undefined;
  readonly reason: string;
}

const SCATTER = {
  backends: ['cpu', 'wasm'],
  reason:
    'the kernel UnsortedSegmentSum compares every row with every segment on cpu and does not exist on wasm; the loop over the rows is faster than both',
} as const;

/**
 * What the runtime and the adapters compute in TypeScript instead of by tfjs: the entries of this table; whatever a
 * backend has no kernel for; arrays without elements; and the bodies of custom operations.
 */
export const tfjsFallbacks: readonly TfjsFallback[] = [
  { primitive: 'segmentMax', backends: 'all', reason: 'tfjs has no kernel for it' },
  { primitive: 'segmentSum', ...SCATTER },
  { primitive: 'putAlongAxis', ...SCATTER },
  {
    primitive: 'matmul',
    backends: ['wasm', 'webgl', 'webgpu'],
    dtypes: ['int32'],
    reason: 'the kernel multiplies float32 only',
  },
  {
    primitive: 'pow',
    backends: ['cpu'],
    reason:
      'JavaScript says NaN for powers of 1 and -1 whose exponent is infinite or NaN; the plain implementation follows IEEE 754',
  },
];

/** Whether the table says that a node is computed in TypeScript on a backend. */
export function isFallback(backend: string, { primitive, inputs, outputs }: Node): boolean {
  return tfjsFallbacks.some(
    ({ primitive: name, backends, dtypes }) =>
      name === primitive.name &&
      (backends === 'all' || backends.includes(backend)) &&
      (dtypes === undefined || [...inputs, ...outputs].some(({ type }) => dtypes.includes(type.dtype))),
  );
}
