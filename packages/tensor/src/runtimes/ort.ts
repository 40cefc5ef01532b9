/** What the packages `onnxruntime-node` and `onnxruntime-web` have in common, as far as it is used here. */
import type { TypedArray } from '../graph/types.js';

/** An array of onnxruntime. */
export interface OrtTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** A loaded program of onnxruntime. */
export interface OrtSession {
  run(
    feeds: Readonly<Record<string, never>>,
    fetches: Readonly<Record<string, never>>,
    options: { readonly logSeverityLevel: 4 },
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** Settings of a session that are used here; others are passed on. */
export interface OrtSessionOptions {
  readonly executionProviders: readonly string[];
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  readonly intraOpNumThreads?: number;
  /** Nothing on the console with 4: errors come as exceptions. */
  readonly logSeverityLevel: 4;
}

/** The module `onnxruntime-node` or `onnxruntime-web`, or another build of the latter. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options: OrtSessionOptions): Promise<OrtSession>;
  };
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => OrtTensor;
  readonly env: { readonly versions: object; readonly wasm: object };
}

/** Makes an array of onnxruntime around elements, without copying them. */
export function ortTensor(
  ort: OrtModule,
  dtype: string,
  data: TypedArray,
  shape: readonly number[],
): OrtTensor {
  // Its type names one signature per element type; which of them it is, is known to run time only.
  return new ort.Tensor(dtype as never, data as never, shape);
}

/** The reason that something thrown gives. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
