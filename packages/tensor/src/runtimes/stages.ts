/**
 * Programs with operations that have a body in TypeScript, for engines that cannot call it: what comes before is
 * one program of the engine, then the bodies run, then the next program, and so on.
 */
import type { Dim, DimBindings } from '../graph/dim.js';
import { evaluateDim } from '../graph/dim.js';
import { allocate, dtypeOf } from '../graph/dtype.js';
import type { Graph, NdArray, Node, TypedArray, Value } from '../graph/types.js';
import type { PreparedProgram } from '../runtime/types.js';

/** Nodes that one program of the engine computes, and the bodies that run after it. */
export interface Stage {
  /** Undefined if the stage has only bodies. */
  readonly graph: Graph | undefined;
  readonly bodies: readonly Node[];
}

/** Cuts a graph around its operations with bodies. A graph without such is one stage. */
export function splitIntoStages(graph: Graph): Stage[] {
  if (!graph.nodes.some(({ primitive }) => primitive.custom === true)) return [{ graph, bodies: [] }];
  const stageOf = new Map<Node, number>();
  /** First stage that can use a value. */
  const readyAt = (value: Value): number => {
    const { node } = value;
    if (node === undefined) return 0;
    return stageOf.get(node)! + (node.primitive.custom === true ? 1 : 0);
  };
  for (const node of graph.nodes) stageOf.set(node, Math.max(0, ...node.inputs.map(readyAt)));
  const last = Math.max(0, ...stageOf.values());
  return Array.from({ length: last + 1 }, (_, stage) => {
    const own = graph.nodes.filter((node) => stageOf.get(node) === stage);
    const bodies = own.filter(({ primitive }) => primitive.custom === true);
    const nodes = own.filter(({ primitive }) => primitive.custom !== true);
    return { graph: nodes.length === 0 ? undefined : cutOut(graph, new Set(nodes)), bodies };
  });
}

/** The part of a graph that some of its nodes make up. */
function cutOut(graph: Graph, nodes: ReadonlySet<Node>): Graph {
  const inside = (value: Value): boolean => value.node !== undefined && nodes.has(value.node);
  const inputs = new Set([...nodes].flatMap((node) => node.inputs).filter((value) => !inside(value)));
  // Every named size has to be the size of an axis of some input.
  const known = new Set<Dim>([...inputs].flatMap(({ type }) => type.shape));
  for (const input of graph.inputs) {
    const brings = input.type.shape.filter((size) => isName(size) && !known.has(size));
    if (brings.length > 0) inputs.add(input);
    for (const size of brings) known.add(size);
  }
  const wanted = [
    ...graph.outputs,
    ...graph.nodes.filter((node) => !nodes.has(node)).flatMap((node) => node.inputs),
  ];
  const outputs = [...new Set(wanted.filter(inside))];
  return {
    inputs: [...inputs],
    inputNames: [...inputs].map(({ id }) => `value_${id}`),
    nodes: [...nodes],
    outputs,
    outputNames: outputs.map(({ id }) => `value_${id}`),
  };
}

function isName(size: Dim): size is string {
  return typeof size === 'string' && /^\w+$/.test(size);
}

/** A program in stages as one program. */
export function joinStages(
  graph: Graph,
  stages: readonly { readonly stage: Stage; readonly program: PreparedProgram | undefined }[],
): PreparedProgram {
  return {
    async run(inputs) {
      const arrays = new Map<Value, NdArray>(graph.inputs.map((value, index) => [value, inputs[index]!]));
      const sizes = sizesOf(graph, inputs);
      for (const { stage, program } of stages) {
        if (stage.graph !== undefined && program !== undefined) {
          const results = await program.run(stage.graph.inputs.map((value) => arrays.get(value)!));
          stage.graph.outputs.forEach((value, index) => arrays.set(value, results[index]!));
        }
        for (const node of stage.bodies) runBody(node, arrays, sizes);
      }
      const given = new Set<TypedArray>(inputs.map(({ data }) => data));
      return graph.outputs.map((value) => {
        const { data, shape } = arrays.get(value)!;
        // Each result is the caller's own: not an argument, and not another result.
        const own = given.has(data) ? data.slice() : data;
        given.add(own);
        return { data: own, shape: [...shape] };
      });
    },
    async dispose() {
      await Promise.all(stages.map(async ({ program }) => program?.dispose()));
    },
  };
}

function runBody(node: Node, arrays: Map<Value, NdArray>, sizes: DimBindings): void {
  const size = (dim: Dim): number => evaluateDim(dim, sizes);
  const outputs = node.outputs.map(({ type }) => ({ dtype: type.dtype, shape: type.shape.map(size) }));
  const inputs = node.inputs.map((value) => arrays.get(value)!);
  const results = node.primitive.reference(inputs, { attributes: node.attributes, outputs, size });
  node.outputs.forEach((value, index) => {
    const { dtype, shape } = outputs[index]!;
    let data = results[index]!;
    // Bodies may answer in float64 for float32.
    if (dtypeOf(data) !== dtype) {
      const narrow = allocate(dtype, data.length);
      narrow.set(data);
      data = narrow;
    }
    arrays.set(value, { data, shape });
  });
}

function sizesOf(graph: Graph, inputs: readonly NdArray[]): Map<string, number> {
  const sizes = new Map<string, number>();
  graph.inputs.forEach(({ type }, index) => {
    type.shape.forEach((size, axis) => {
      if (isName(size)) sizes.set(size, inputs[index]!.shape[axis]!);
    });
  });
  return sizes;
}
