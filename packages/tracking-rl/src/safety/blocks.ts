import { sparseAssignment } from '@pct/assignment';
import { int32, type NdArray, type Tensor, type TensorSpec } from '@pct/tensor';
import type { Decision, FrameStatics } from '../environment/types.js';

/**
 * Assignment problems side by side: one per frame and layer, its agents against the hits of the next layer. Plain arrays,
 * or tensors of a program.
 */
export interface AssignmentBlocks<Leaf = Int32Array> {
  /** Agents of problem b are agentOffsets[b] to agentOffsets[b + 1], exclusive; [problems + 1]. */
  readonly agentOffsets: Leaf;
  /** Pairs of agent i are pairOffsets[i] to pairOffsets[i + 1], exclusive; [agents + 1]. */
  readonly pairOffsets: Leaf;
  /** Hit of each pair, numbered from 0 within its problem; no agent has one twice. [pairs] */
  readonly columns: Leaf;
}

/** Declared types of {@link AssignmentBlocks} in a program, with the named size `pairs`. */
export const blockSpecs: AssignmentBlocks<TensorSpec> = {
  agentOffsets: int32('problemEnds'),
  pairOffsets: int32('agentEnds'),
  columns: int32('pairs'),
};

/**
 * The assignment problems of a decision.
 *
 * @param decision - of an environment
 * @param statics - the frames of its agents
 */
export function assignmentBlocks(
  { agents, pairs, environment, offsets, edge }: Decision,
  statics: readonly FrameStatics[],
): AssignmentBlocks {
  const columns = new Int32Array(pairs);
  const agentOffsets: number[] = [0];
  for (let i = 0; i < agents; i++) {
    const { frame, graph } = statics[environment[i]!]!;
    if (i > 0 && environment[i] !== environment[i - 1]) agentOffsets.push(i);
    for (let p = offsets[i]!; p < offsets[i + 1]!; p++) {
      const target = graph.targets[edge[p]!]!;
      const layer = frame.layers[0]! - frame.layer[target]!;
      columns[p] = target - frame.layerOffsets[layer]!;
    }
  }
  if (agents > 0) agentOffsets.push(agents);
  return { agentOffsets: Int32Array.from(agentOffsets), pairOffsets: offsets.slice(), columns };
}

/** Lists of problems one after the other, as one. */
export function joinBlocks(parts: readonly AssignmentBlocks[]): AssignmentBlocks {
  const joined = (key: 'agentOffsets' | 'pairOffsets'): Int32Array => {
    const ends = new Int32Array(1 + parts.reduce((sum, part) => sum + part[key].length - 1, 0));
    let at = 1;
    for (const part of parts) {
      const base = ends[at - 1]!;
      for (let k = 1; k < part[key].length; k++) ends[at++] = base + part[key][k]!;
    }
    return ends;
  };
  const columns = new Int32Array(parts.reduce((sum, part) => sum + part.columns.length, 0));
  let at = 0;
  for (const part of parts) {
    columns.set(part.columns, at);
    at += part.columns.length;
  }
  return { agentOffsets: joined('agentOffsets'), pairOffsets: joined('pairOffsets'), columns };
}

/** Problems as arrays for a program that declares them by {@link blockSpecs}. */
export function blockArrays(blocks: AssignmentBlocks): AssignmentBlocks<NdArray> {
  const vector = (data: Int32Array): NdArray => ({ data, shape: [data.length] });
  return {
    agentOffsets: vector(blocks.agentOffsets),
    pairOffsets: vector(blocks.pairOffsets),
    columns: vector(blocks.columns),
  };
}

/** {@link AssignmentBlocks} as inputs of an operation. */
export function blockInputs({ agentOffsets, pairOffsets, columns }: AssignmentBlocks<Tensor>): Tensor[] {
  return [agentOffsets, pairOffsets, columns];
}

/**
 * Solves all problems: in each as many agents get a hit as can, at the least cost.
 *
 * @param costs - finite, [pairs]
 * @returns pair of each agent, −1 for none; [agents]
 */
export function solveBlocks(
  { agentOffsets, pairOffsets, columns }: AssignmentBlocks,
  costs: ArrayLike<number>,
): Int32Array {
  const chosen = new Int32Array(pairOffsets.length - 1).fill(-1);
  for (let b = 0; b + 1 < agentOffsets.length; b++) {
    const [first, last] = [agentOffsets[b]!, agentOffsets[b + 1]!];
    const rows = last - first;
    const base = pairOffsets[first]!;
    const count = pairOffsets[last]! - base;
    if (count === 0) continue;
    const rowOffsets = new Int32Array(rows + 1);
    for (let i = 0; i <= rows; i++) rowOffsets[i] = pairOffsets[first + i]! - base;
    const columnIndices = columns.subarray(base, base + count);
    const values = new Float64Array(count);
    let width = 0;
    let largest = 1;
    for (let p = 0; p < count; p++) {
      values[p] = costs[base + p]!;
      width = Math.max(width, columnIndices[p]! + 1);
      largest = Math.max(largest, Math.abs(values[p]!));
    }
    // One pair more saves twice the price, and moving all others costs less than that.
    const unmatchedCost = 2 * largest * (Math.min(rows, width) + 1);
    const { rowToColumn } = sparseAssignment(
      { rows, columns: width, rowOffsets, columnIndices, values },
      { unmatchedCost },
    );
    for (let i = 0; i < rows; i++) {
      if (rowToColumn[i]! < 0) continue;
      let p = rowOffsets[i]!;
      while (columnIndices[p] !== rowToColumn[i]) p++;
      chosen[first + i] = base + p;
    }
  }
  return chosen;
}
