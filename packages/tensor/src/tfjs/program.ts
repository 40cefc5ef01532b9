import { cleanGraph } from '../graph/clean.js';
import { isFloat } from '../graph/dtype.js';
import type { Graph } from '../graph/types.js';
import { apply } from '../trace/Tensor.js';
import type { Tensor } from '../trace/Tensor.js';
import { TensorSpec } from '../trace/spec.js';
import { traceNamed } from '../trace/trace.js';
import { vjp } from '../transforms/vjp.js';
import { execute, runNow } from './execute.js';
import type { TfPlan } from './plan.js';
import { planGraph } from './plan.js';
import type { TfModule, TfTensor } from './types.js';

/**
 * A graph as an operation of tfjs that takes part in its differentiation.
 *
 * It is one kernel of tfjs, the same for all graphs: so several results come out of one run, and tfjs sees nothing
 * of what happens inside. The inputs are what is saved for the derivative, which computes what it needs again:
 * outputs that tfjs saves count as constants for second derivatives.
 */
export class TfProgram {
  /** As traced: derivatives need what clean-up removes. */
  readonly graph: Graph;
  readonly #tf: TfModule;
  readonly #plans = new Map<string, TfPlan>();
  #gradient: TfProgram | undefined;

  constructor(tf: TfModule, graph: Graph) {
    this.#tf = tf;
    this.graph = graph;
    this.#plan();
  }

  /** Runs the graph; tfjs keeps on its tape that it did. */
  apply(inputs: readonly TfTensor[]): TfTensor[] {
    const tf = this.#tf;
    registerKernel(tf);
    return tf.engine().runKernel(KERNEL, inputs as never, { program: this } as never);
  }

  /** The kernel: runs the graph out of sight of the tape. */
  run(inputs: readonly TfTensor[]): TfTensor[] {
    return this.#tf.tidy(() => runNow(execute(this.#tf, this.#plan(), inputs, false)));
  }

  /** Derivatives with respect to the inputs from those with respect to the outputs. */
  pull(inputs: readonly TfTensor[], cotangents: readonly TfTensor[]): TfTensor[] {
    const floats = floatPlaces(this.graph.inputs);
    const given = floatPlaces(this.graph.outputs).map((place) => cotangents[place]!);
    const pulled =
      floats.length === 0 || given.length === 0 ? [] : this.#pullback().apply([...inputs, ...given]);
    return inputs.map((input, i) => pulled[floats.indexOf(i)] ?? this.#tf.zeros(input.shape));
  }

  #plan(): TfPlan {
    const backend = this.#tf.getBackend();
    let plan = this.#plans.get(backend);
    if (plan === undefined) {
      plan = planGraph('tfFunction', this.#tf, backend, cleanGraph(this.graph));
      this.#plans.set(backend, plan);
    }
    return plan;
  }

  #pullback(): TfProgram {
    this.#gradient ??= new TfProgram(this.#tf, pullbackGraph(this.graph));
    return this.#gradient;
  }
}

const KERNEL = 'PctTensorProgram';

/** What the kernel is given besides tensors. */
interface KernelAttributes {
  readonly program: TfProgram;
}

/** Makes the kernel known to a module of tfjs on its present backend. */
function registerKernel(tf: TfModule): void {
  const backendName = tf.getBackend();
  if (tf.getKernel(KERNEL, backendName) !== undefined) return;
  tf.registerKernel({
    kernelName: KERNEL,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      (attrs as unknown as KernelAttributes).program.run(inputs as unknown as TfTensor[]),
  });
  if (tf.getGradient(KERNEL) !== undefined) return;
  tf.registerGradient({
    kernelName: KERNEL,
    saveAllInputs: true,
    gradFunc(dy, saved, attrs) {
      const { program } = attrs as unknown as KernelAttributes;
      try {
        const derivatives = program.pull(saved, Array.isArray(dy) ? dy : [dy]);
        return Object.fromEntries(derivatives.map((derivative, i) => [i, () => derivative]));
      } catch (error) {
        // After an error tfjs forgets its tape with what was saved on it.
        for (const tensor of saved) tensor.dispose();
        throw error;
      }
    },
  });
}

function floatPlaces(values: Graph['inputs']): number[] {
  return values.flatMap(({ type }, i) => (isFloat(type.dtype) ? [i] : []));
}

/** Graph from inputs and cotangents of the floating point outputs to those of the floating point inputs. */
function pullbackGraph(graph: Graph): Graph {
  const floats = floatPlaces(graph.inputs);
  const outputs = floatPlaces(graph.outputs);
  const values = [...graph.inputs, ...outputs.map((place) => graph.outputs[place]!)];
  const specs = values.map(({ type }) => new TensorSpec(type.dtype, type.shape));
  const names = [...graph.inputNames, ...outputs.map((place) => `derivative of ${graph.outputNames[place]}`)];
  const fn = (...tensors: Tensor[]): readonly Tensor[] => {
    const inputs = tensors.slice(0, graph.inputs.length);
    const onFloats = (...placed: Tensor[]): readonly Tensor[] => {
      const results = replay(
        graph,
        inputs.map((input, i) => placed[floats.indexOf(i)] ?? input),
      );
      return outputs.map((place) => results[place]!);
    };
    const [, pull] = vjp(onFloats, ...floats.map((place) => inputs[place]!));
    return pull(tensors.slice(inputs.length));
  };
  return traceNamed(fn, specs, names).graph;
}

/** Applies the nodes of a graph to other tensors. */
function replay(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  const tensors = new Map(graph.inputs.map((value, i) => [value, inputs[i]!]));
  for (const { primitive, inputs: operands, attributes, outputs } of graph.nodes) {
    const results = apply(
      primitive,
      operands.map((value) => tensors.get(value)!),
      attributes,
    );
    outputs.forEach((value, i) => tensors.set(value, results[i]!));
  }
  return graph.outputs.map((value) => tensors.get(value)!);
}
