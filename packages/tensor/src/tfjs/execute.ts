/**
 * Runs a planned graph. Whatever needs numbers in TypeScript asks for them by `yield`, so that the same code serves
 * programs that may wait for a device and functions that must answer at once.
 */
import { InvalidArgumentError, PctError } from '@pct/core';
import type { Dim } from '../graph/dim.js';
import { evaluateDim } from '../graph/dim.js';
import { allocate, dtypeOf } from '../graph/dtype.js';
import type { Evaluation } from '../graph/primitive.js';
import type { DType, Graph, NdArray, Node, TypedArray, Value } from '../graph/types.js';
import { checkIndices } from '../primitives/gather.js';
import type { TfPlan, TfStep } from './plan.js';
import type { TfModule, TfTensor } from './types.js';

/** A run that asks for the elements of tensors and ends with the outputs. */
export type TfExecution = Generator<readonly TfTensor[], TfTensor[], readonly TypedArray[]>;

/** Element types that tfjs and programs share. */
export type TfDType = Exclude<DType, 'float64'>;

/**
 * Begins a run.
 *
 * @param inputs - one per input of the graph; stay the caller's
 * @param hold - whether tensors are kept out of reach of the caller's `tf.tidy`; needed if the run may wait
 * @returns the execution; what it ends with is new and the caller's, everything else it made is disposed
 */
export function* execute(
  tf: TfModule,
  { graph, steps }: TfPlan,
  inputs: readonly TfTensor[],
  hold: boolean,
): TfExecution {
  const sizes = sizesOf(graph, inputs);
  const size = (dim: Dim): number => evaluateDim(dim, sizes);
  const tensors = new Map<Value, TfTensor>(graph.inputs.map((value, i) => [value, inputs[i]!]));
  const own = new Set<TfTensor>();
  const adopt = (tensor: TfTensor): TfTensor => {
    own.add(tensor);
    return hold ? tf.keep(tensor) : tensor;
  };
  try {
    for (const step of steps) {
      const { node } = step;
      const operands = node.inputs.map((value) => tensors.get(value)!);
      const outputs = node.outputs.map(({ type }) => ({ dtype: type.dtype, shape: type.shape.map(size) }));
      const evaluation = { attributes: node.attributes, outputs, size };
      const results = yield* runStep(tf, step, operands, evaluation);
      node.outputs.forEach((value, i) => tensors.set(value, adopt(results[i]!)));
      for (const value of step.last) {
        const tensor = tensors.get(value)!;
        tensor.dispose();
        own.delete(tensor);
        tensors.delete(value);
      }
    }
    const results = graph.outputs.map((value) => {
      const tensor = tensors.get(value)!;
      // An input, and an output that is there twice, need a tensor of their own.
      return own.delete(tensor) ? tensor : hold ? tf.keep(tf.clone(tensor)) : tf.clone(tensor);
    });
    return results;
  } finally {
    for (const tensor of own) tensor.dispose();
  }
}

function* runStep(
  tf: TfModule,
  { node, run, checked }: TfStep,
  operands: readonly TfTensor[],
  evaluation: Evaluation<object>,
): TfExecution {
  const { outputs } = evaluation;
  const { name } = node.primitive;
  // Kernels differ in what they make of arrays without elements; the plain implementations do not.
  if (run === undefined || [...operands, ...outputs].some(({ shape }) => shape.includes(0)))
    return yield* runBody(tf, node, operands, evaluation);
  if (checked) {
    const [indices] = yield [operands[1]!];
    checkIndices(name, indices!, rowsOf(node, operands, evaluation));
  }
  return inTfjs(name, () =>
    tf.tidy(() =>
      [run({ tf, node, ...evaluation }, operands)].flat().map((result) => own(tf, result, operands)),
    ),
  );
}

/** Size of the axis that a node's indices point into. */
function rowsOf(
  { primitive: { name } }: Node,
  [x]: readonly TfTensor[],
  { attributes, outputs }: Evaluation<object>,
): number {
  const { axis = 0 } = attributes as { axis?: number };
  return name === 'gather' || name === 'takeAlongAxis' ? x!.shape[axis]! : outputs[0]!.shape[axis]!;
}

/** A tensor that is none of the operands, which end at their own time. */
function own(tf: TfModule, result: TfTensor, operands: readonly TfTensor[]): TfTensor {
  return operands.includes(result) ? tf.clone(result) : result;
}

function* runBody(
  tf: TfModule,
  { primitive, attributes }: Node,
  operands: readonly TfTensor[],
  { outputs, size }: Evaluation<object>,
): TfExecution {
  const read = operands.length === 0 ? [] : yield operands;
  const inputs = operands.map(({ shape, dtype }, i): NdArray => ({
    data: typed(read[i]!, dtype as TfDType),
    shape,
  }));
  const results = primitive.reference(inputs, { attributes, outputs, size });
  return outputs.map(({ dtype, shape }, i) => {
    const data = results[i]!;
    // tfjs may keep what it is given: it gets an array that is in no other hands.
    const fresh = dtypeOf(data) === dtype && primitive.custom !== true && !read.includes(data);
    const elements = fresh ? data : copyAs(data, dtype);
    return tf.tensor(elements, [...shape], dtype as TfDType);
  });
}

/** Elements in the class of their type, as some kernels leave them in another one. */
export function typed(data: TypedArray, dtype: DType): TypedArray {
  return dtypeOf(data) === dtype ? data : copyAs(data, dtype);
}

function copyAs(data: TypedArray, dtype: DType): TypedArray {
  const copy = allocate(dtype, data.length);
  copy.set(data);
  return copy;
}

/** Runs a kernel; errors of tfjs get the name of the operation. */
function inTfjs<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof PctError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(`run: tfjs stopped at ${name}: ${reason}`, { cause });
  }
}

function sizesOf(graph: Graph, inputs: readonly TfTensor[]): Map<string, number> {
  const sizes = new Map<string, number>();
  graph.inputs.forEach(({ type }, i) => {
    type.shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && /^\w+$/.test(dim)) sizes.set(dim, inputs[i]!.shape[axis]!);
    });
  });
  return sizes;
}

/** Runs to the end at once; reading waits for the device. */
export function runNow(execution: TfExecution): TfTensor[] {
  let state = execution.next();
  while (state.done !== true) {
    let data: TypedArray[];
    try {
      data = state.value.map((tensor) => tensor.dataSync());
    } catch (error) {
      state = execution.throw(error);
      continue;
    }
    state = execution.next(data);
  }
  return state.value;
}

/**
 * Runs to the end and lets others work while the device does.
 *
 * @param section - runs each part between two readings
 */
export async function runWaiting(
  execution: TfExecution,
  section: <T>(part: () => T) => T,
): Promise<TfTensor[]> {
  let state = section(() => execution.next());
  while (state.done !== true) {
    const asked = state.value;
    let data: TypedArray[];
    try {
      data = await Promise.all(asked.map((tensor) => tensor.data()));
    } catch (error) {
      state = section(() => execution.throw(error));
      continue;
    }
    state = section(() => execution.next(data));
  }
  return state.value;
}
