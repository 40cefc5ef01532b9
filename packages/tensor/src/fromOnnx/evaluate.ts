import { FileFormatError, InvalidArgumentError, ShapeError } from '@pct/core';
import type { OnnxModel, OnnxNode } from '../onnx/model.js';
import type { OnnxValue } from './Known.js';
import type { OnnxContext } from './OnnxCall.js';
import { describeNode, OnnxCall } from './OnnxCall.js';
import { operators } from './operators/table.js';

/** Nodes that are named at most for each operator that is not supported. */
const MOST_NAMED = 3;

/**
 * Checks that all operators are known.
 *
 * @throws {@link InvalidArgumentError} listing all that are not
 */
export function checkOperators({ graph, opsets }: OnnxModel, { file, opset }: OnnxContext): void {
  const unknown = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    if (isOwn(node.domain) && operators.has(node.op)) continue;
    const version = opsets[node.domain];
    const foreign = `${node.domain}.${node.op}${version === undefined ? '' : ` (version ${version})`}`;
    const name = isOwn(node.domain) ? node.op : foreign;
    unknown.set(name, [...(unknown.get(name) ?? []), node]);
  }
  if (unknown.size === 0) return;
  const list = [...unknown].map(([name, nodes]) => {
    const named = nodes
      .slice(0, MOST_NAMED)
      .map(({ name: own, outputs }) => `"${own || (outputs[0] ?? '')}"`);
    const more = nodes.length > MOST_NAMED ? ` and ${nodes.length - MOST_NAMED} more` : '';
    return `${name} at ${named.join(', ')}${more}`;
  });
  throw new InvalidArgumentError(
    `fromOnnx: ${file} (operator set ${opset}) has ${unknown.size} ${unknown.size === 1 ? 'operator that is' : 'operators that are'} not supported: ${list.join('; ')}`,
  );
}

/** Whether the domain is that of ONNX's own operators. */
function isOwn(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/**
 * Computes the nodes of a graph one after the other.
 *
 * @param given - inputs and constants by name; computed values are added
 * @returns the graph's outputs by name, in the order of the file
 */
export function evaluateGraph(
  { graph }: OnnxModel,
  context: OnnxContext,
  given: Map<string, OnnxValue>,
): [string, OnnxValue][] {
  // Outputs that operators have besides those computed here, such as the indices of a MaxPool.
  const leftOut = new Map<string, OnnxNode>();
  const valueOf = (name: string, user: string): OnnxValue => {
    const value = given.get(name);
    if (value !== undefined) return value;
    const maker = leftOut.get(name);
    if (maker !== undefined)
      throw new InvalidArgumentError(
        `fromOnnx: ${context.file}, ${user} needs output ${maker.outputs.indexOf(name)} of ${describeNode(maker)}; not supported`,
      );
    throw new FileFormatError(
      { file: context.file },
      `${user} needs "${name}", which nothing before it computes`,
    );
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : valueOf(name, describeNode(node))));
    const results = applyNode(new OnnxCall(context, node, inputs));
    node.outputs.forEach((name, i) => {
      const result = results[i];
      if (result === undefined) leftOut.set(name, node);
      else given.set(name, result);
    });
  }
  return graph.outputs.map(({ name }) => [name, valueOf(name, 'the result')]);
}

function applyNode(call: OnnxCall): readonly OnnxValue[] {
  const { node, context } = call;
  try {
    return [operators.get(node.op)!(call)].flat();
  } catch (error) {
    const problem = `fromOnnx: ${context.file}, ${describeNode(node)}: ${error instanceof Error ? error.message : ''}`;
    if (error instanceof ShapeError) throw new ShapeError(problem, { cause: error });
    if (error instanceof InvalidArgumentError) throw new InvalidArgumentError(problem, { cause: error });
    throw error;
  }
}
