import type * as tfjs from '@tensorflow/tfjs';
import type { Evaluation } from '../graph/primitive.js';
import type { Node } from '../graph/types.js';

/** An array of tfjs. */
export type TfTensor = tfjs.Tensor;

/** Operations of tfjs that programs are made of, and what manages its memory and backends. */
type Used =
  | 'Tensor'
  | 'abs'
  | 'add'
  | 'argMax'
  | 'broadcastTo'
  | 'cast'
  | 'clone'
  | 'concat'
  | 'conv2d'
  | 'cos'
  | 'cumsum'
  | 'div'
  | 'engine'
  | 'equal'
  | 'erf'
  | 'exp'
  | 'expm1'
  | 'floor'
  | 'gather'
  | 'getBackend'
  | 'getGradient'
  | 'getKernel'
  | 'greater'
  | 'greaterEqual'
  | 'keep'
  | 'less'
  | 'lessEqual'
  | 'log'
  | 'log1p'
  | 'logicalAnd'
  | 'logicalNot'
  | 'logicalOr'
  | 'matMul'
  | 'max'
  | 'maximum'
  | 'memory'
  | 'min'
  | 'minimum'
  | 'mul'
  | 'neg'
  | 'notEqual'
  | 'pad'
  | 'pow'
  | 'prod'
  | 'range'
  | 'ready'
  | 'registerGradient'
  | 'registerKernel'
  | 'relu'
  | 'reshape'
  | 'reverse'
  | 'scalar'
  | 'setBackend'
  | 'sigmoid'
  | 'sign'
  | 'sin'
  | 'slice'
  | 'softplus'
  | 'split'
  | 'sqrt'
  | 'stridedSlice'
  | 'sub'
  | 'sum'
  | 'tanh'
  | 'tensor'
  | 'tidy'
  | 'transpose'
  | 'unsortedSegmentSum'
  | 'version_core'
  | 'where'
  | 'zeros';

/**
 * A loaded module of tfjs: `@tensorflow/tfjs`, `@tensorflow/tfjs-core` with a backend, `@tensorflow/tfjs-node` or
 * `@tensorflow/tfjs-node-gpu`.
 */
export type TfModule = Pick<typeof tfjs, Used>;

/** One node of a graph when it is run. */
export interface TfCall extends Evaluation<object> {
  readonly tf: TfModule;
  readonly node: Node;
}

/** Runs one node with operations of tfjs and gives its outputs; the caller disposes of the rest that it makes. */
export type TfRun = (call: TfCall, inputs: readonly TfTensor[]) => TfTensor | TfTensor[];

/** How a primitive is run by tfjs. */
export interface TfLowering {
  /** Kernels of tfjs without which it cannot run. */
  readonly kernels: readonly string[];
  readonly run: TfRun;
}

/** Lowerings by the names of their primitives. */
export type TfLowerings = Readonly<Record<string, TfLowering>>;
