import type { OnnxNode, OnnxTensor } from './model.js';

/** An output of a model and the value that it is. */
export interface Result {
  readonly name: string;
  readonly value: string;
}

/**
 * Leaves out nodes and constants that no output needs, and gives the values that are outputs their names. A value
 * that is an input, a constant, or an output already is copied.
 */
export function finishNodes(
  nodes: readonly OnnxNode[],
  constants: Readonly<Record<string, OnnxTensor>>,
  results: readonly Result[],
): { nodes: OnnxNode[]; initializers: Record<string, OnnxTensor> } {
  const needed = new Set(results.map(({ value }) => value));
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    kept.push(node);
  }
  kept.reverse();
  const computed = new Set(kept.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { name, value } of results) {
    if (computed.has(value) && !renamed.has(value)) renamed.set(value, name);
    else {
      const from = renamed.get(value) ?? value;
      copies.push({ op: 'Identity', domain: '', name, inputs: [from], outputs: [name], attributes: {} });
    }
  }
  const rename = (names: readonly string[]): string[] => names.map((name) => renamed.get(name) ?? name);
  return {
    nodes: [
      ...kept.map((node) => ({ ...node, inputs: rename(node.inputs), outputs: rename(node.outputs) })),
      ...copies,
    ],
    initializers: Object.fromEntries(Object.entries(constants).filter(([name]) => needed.has(name))),
  };
}
