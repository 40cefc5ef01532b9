/** Products that are written as one node: sums over named axes, and attention. */
import type { OnnxCall, Operator } from '../OnnxCall.js';
import type { Dim } from '../../graph/dim.js';
import { sizeOfShape } from '../../graph/dim.js';
import { repeat } from '../../ops/shapes.js';
import { add } from '../../primitives/add.js';
import { div } from '../../primitives/div.js';
import { equal } from '../../primitives/equal.js';
import { exp } from '../../primitives/exp.js';
import { greater } from '../../primitives/greater.js';
import { iota } from '../../primitives/iota.js';
import { lessEqual } from '../../primitives/lessEqual.js';
import { matmul } from '../../primitives/matmul.js';
import { max } from '../../primitives/max.js';
import { mul } from '../../primitives/mul.js';
import { reshape } from '../../primitives/reshape.js';
import { stopGradient } from '../../primitives/stopGradient.js';
import { sub } from '../../primitives/sub.js';
import { sum } from '../../primitives/sum.js';
import { tanh } from '../../primitives/tanh.js';
import { swapAxes, transpose } from '../../primitives/transpose.js';
import { where } from '../../primitives/where.js';
import type { Tensor } from '../../trace/Tensor.js';

/** An array and a letter for each of its axes. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

function einsum(call: OnnxCall): Tensor {
  const equation = call.string('equation', '').replaceAll(/\s/g, '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  if (!/^[A-Za-z.,]+(->[A-Za-z.]*)?$/.test(equation) || terms.length !== call.inputs.length)
    throw call.broken(`has the equation "${equation}" for ${call.inputs.length} inputs`);
  const operands = call.tensors().map((x, i): Labelled => {
    const labels = labelsOf(terms[i]!, x.rank);
    if (labels.length !== x.rank)
      throw call.broken(`has the equation "${equation}", but input ${i} has ${x.rank} axes`);
    if (new Set(labels).size !== labels.length)
      throw call.unsupported(`the equation "${equation}" with a letter twice in one term`);
    return { x, labels };
  });
  const all = operands.flatMap(({ labels }) => labels);
  const wide = Math.max(...operands.map(({ labels }) => labels.filter(isNumeral).length));
  const output =
    right === undefined
      ? [...new Set(all)].filter((label) => isNumeral(label) || all.indexOf(label) === all.lastIndexOf(label))
      : labelsOf(right, right.replace('...', '').length + wide);
  // Axes of `...` come first, in their order, then letters by the alphabet.
  if (right === undefined)
    output.sort((a, b) => (isNumeral(a) && isNumeral(b) ? Number(b) - Number(a) : a < b ? -1 : 1));
  const product = operands.reduce((a, b, i) => {
    const later = new Set([...output, ...operands.slice(i + 1).flatMap(({ labels }) => labels)]);
    return contracted(a, b, later);
  });
  const { x, labels } = summed(product, new Set(output));
  return transpose(
    x,
    output.map((label) => labels.indexOf(label)),
  );
}

/** Letters of the axes; those that `...` stands for are numerals, which sort before letters. */
function labelsOf(term: string, rank: number): string[] {
  const [before, after] = term.split('...');
  if (after === undefined) return [...term];
  const covered = rank - before!.length - after.length;
  const numerals = Array.from({ length: Math.max(covered, 0) }, (_, i) => String(covered - 1 - i));
  return [...before!, ...numerals, ...after];
}

function isNumeral(label: string): boolean {
  return label <= '9';
}

/** Sums over the axes that nothing needs any more. */
function summed({ x, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = [...labels.keys()].filter((axis) => !needed.has(labels[axis]!));
  if (axes.length === 0) return { x, labels };
  return { x: sum(x, { axes }), labels: labels.filter((label) => needed.has(label)) };
}

/** Product of two arrays, summed over the axes that both have and nothing later needs. */
function contracted(a: Labelled, b: Labelled, later: ReadonlySet<string>): Labelled {
  const first = summed(a, new Set([...later, ...b.labels]));
  const second = summed(b, new Set([...later, ...a.labels]));
  const both = first.labels.filter((label) => second.labels.includes(label));
  const batch = both.filter((label) => later.has(label));
  const inner = both.filter((label) => !later.has(label));
  const rows = first.labels.filter((label) => !both.includes(label));
  const columns = second.labels.filter((label) => !both.includes(label));
  const sizes = new Map<string, Dim>();
  for (const { x, labels } of [first, second]) labels.forEach((label, i) => sizes.set(label, x.shape[i]!));
  const shapeOf = (labels: readonly string[]): Dim[] => labels.map((label) => sizes.get(label)!);
  const matrices = ({ x, labels }: Labelled, ...groups: (readonly string[])[]): Tensor => {
    const order = [...batch, ...groups.flat()].map((label) => labels.indexOf(label));
    const flat = groups.map((group) => sizeOfShape(shapeOf(group)));
    return reshape(transpose(x, order), [...batch.map((label) => x.shape[labels.indexOf(label)]!), ...flat]);
  };
  const product = matmul(matrices(first, rows, inner), matrices(second, inner, columns));
  const labels = [...batch, ...rows, ...columns];
  return { x: reshape(product, shapeOf(labels)), labels };
}

/** Attention without a cache of earlier keys. */
function attention(call: OnnxCall): Tensor {
  if (call.has(4) || call.has(5)) throw call.unsupported('attention with keys of earlier calls');
  const x = call.tensor(0);
  const queries = heads(call, x, 'q_num_heads');
  const [keys, values] = [1, 2].map((index) => {
    const own = heads(call, call.tensor(index), 'kv_num_heads');
    const [wanted, have] = [queries.shape[1]!, own.shape[1]!];
    if (wanted === have) return own;
    if (typeof wanted !== 'number' || typeof have !== 'number' || wanted % have !== 0)
      throw call.broken(`has ${wanted} heads of queries for ${have} of keys`);
    return repeat(own, wanted / have, 1);
  });
  const width = queries.shape[3]!;
  if (typeof width !== 'number') throw call.unsupported(`a head of the named size '${width}'`);
  const raw = matmul(queries, swapAxes(keys!, -1, -2));
  const scaled = mul(raw, call.float('scale', 0) || 1 / Math.sqrt(width));
  const cap = call.float('softcap', 0);
  const capped = cap > 0 ? mul(tanh(div(scaled, cap)), cap) : scaled;
  const result = matmul(weightsOf(masked(call, capped)), values!);
  if (x.rank === 4) return result;
  const together = swapAxes(result, 1, 2);
  return reshape(together, [...together.shape.slice(0, 2), sizeOfShape(together.shape.slice(2))]);
}

/** [n, time, heads d] as [n, heads, time, d]. */
function heads(call: OnnxCall, x: Tensor, attribute: string): Tensor {
  if (x.rank === 4) return x;
  const count = call.int(attribute);
  return swapAxes(reshape(x, [x.shape[0]!, x.shape[1]!, count, -1]), 1, 2);
}

function masked(call: OnnxCall, scores: Tensor): Tensor {
  let result = scores;
  if (call.has(3)) {
    const mask = call.tensor(3);
    result = mask.dtype === 'bool' ? where(mask, result, -Infinity) : add(result, mask);
  }
  if (call.int('is_causal', 0) === 0) return result;
  const [queries, keys] = scores.shape.slice(-2) as [Dim, Dim];
  const seen = lessEqual(reshape(iota(keys), [1, keys]), reshape(iota(queries), [queries, 1]));
  return where(seen, result, -Infinity);
}

/** Softmax along the last axis that is 0 where a query may see no key. */
function weightsOf(scores: Tensor): Tensor {
  const options = { axes: -1, keepDims: true };
  const largest = stopGradient(max(scores, options));
  const weights = exp(sub(scores, where(greater(largest, -Infinity), largest, 0)));
  const total = sum(weights, options);
  return div(weights, where(equal(total, 0), 1, total));
}

/** Products by operator. */
export const products: Readonly<Record<string, Operator>> = { Einsum: einsum, Attention: attention };
