import { checkInteger } from '@pct/core';
import type { Primitive } from '../graph/primitive.js';
import { after } from '../primitives/after.js';
import type { NoAttributes } from '../primitives/factories/elementwise.js';
import { identity } from '../primitives/identity.js';
import { keepNames } from '../trace/names.js';
import { Tensor, apply } from '../trace/Tensor.js';
import { unflattenTree } from '../trace/tree.js';
import { flattenTensors } from './arguments.js';
import { batchProgram } from './batch.js';
import { capture } from './capture.js';
import { pullback } from './pullback.js';

/**
 * Makes reverse derivatives of a function need less memory: what it computes on the way is not kept, but computed a
 * second time from its arguments when the derivative of its result arrives. Known as gradient checkpointing; values
 * and derivatives stay the same, to the last bit where the engine computes equal operations equally.
 *
 * Kept are the arguments, the result, and what the function computes from outside of its arguments alone. Derivatives
 * of derivatives are right too, but keep what the second computation makes.
 *
 * @param fn - function of trees of tensors
 * @returns function of the same arguments
 * @see Griewank and Walther 2000, ACM TOMS 26(1), doi:10.1145/347837.347846
 * @example
 * ```ts
 * const block = rematerialize((p: Params, x: Tensor) => mlp(p, layerNorm(p.norm, x)));
 * const loss = (p: Params[], x: Tensor) => sum(p.reduce((y, own) => block(own, y), x));
 * ```
 */
export function rematerialize<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
  return keepNames((...args: A): R => {
    const flat = flattenTensors('rematerialize', 'args', args);
    const places = flat.leaves.map((leaf) => new Tensor(leaf));
    const result = fn(...(unflattenTree(flat.structure, places) as unknown as A));
    const outputs = flattenTensors('rematerialize', 'output', result);
    const { others, program } = capture(places, outputs.leaves);
    const count = flat.leaves.length;
    const whole: Program = (inputs) => program(inputs.slice(0, count), inputs.slice(count));
    const inputs = [...flat.leaves, ...others];
    return unflattenTree(outputs.structure, computeAgain(whole, inputs, whole(inputs), count)) as R;
  }, fn);
}

/**
 * Applies a chain of layers with {@link rematerialize} around each segment of it: with n layers in about sqrt(n)
 * segments, reverse derivatives keep about 2 sqrt(n) results instead of n, for one more evaluation.
 *
 * @param layers - functions one after the other; a layer's parameters may come from outside of it
 * @param x - tree of tensors for the first one
 * @param options - `segments`: number of parts that the chain falls into, at least 1. Default: sqrt(n), rounded
 * @returns the result of the last layer; x for no layers
 * @throws {@link InvalidArgumentError} if the number of segments is not a whole number of at least 1
 * @see Chen, Xu, Zhang and Guestrin 2016, arXiv:1604.06174, section 4.1
 */
export function rematerializeChain<T>(
  layers: readonly ((x: T) => T)[],
  x: T,
  options: { readonly segments?: number | undefined } = {},
): T {
  const { segments = Math.max(1, Math.round(Math.sqrt(layers.length))) } = options;
  checkInteger('rematerializeChain', 'segments', segments, { min: 1 });
  let y = x;
  for (let segment = 0; segment < segments; segment++) {
    const [start, stop] = [segment, segment + 1].map((i) => Math.round((i * layers.length) / segments));
    const part = layers.slice(start, stop);
    if (part.length > 0) y = rematerialize((z: T) => part.reduce((w, layer) => layer(w), z))(y);
  }
  return y;
}

/** Tensors computed from tensors. */
type Program = (inputs: readonly Tensor[]) => readonly Tensor[];

/**
 * Passes on what a program has computed, such that reverse derivatives run the program again.
 *
 * The operation that this makes takes the inputs of the program and its outputs, and passes on the outputs; derivatives
 * flow to the inputs only.
 *
 * @param count - number of first inputs from which the program is run again; the others do not need to wait
 */
function computeAgain(
  program: Program,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  count: number,
): readonly Tensor[] {
  const end = inputs.length;
  const primitive: Primitive<NoAttributes> = {
    name: 'rematerialize',
    passes: end,
    infer: (types) => types.slice(end).map(({ dtype, shape }) => ({ dtype, shape })),
    jvp: (_, tangents) => tangents.slice(end),
    vjp({ inputs: all }, cotangents, wanted) {
      // Without this wait the two computations would be one again.
      const late = after(
        all.slice(0, count),
        cotangents.filter((cotangent) => cotangent !== undefined),
      );
      const places = inputs.map((_, i) => late[i] ?? (wanted[i] === true ? identity(all[i]!) : all[i]!));
      const active = places.filter((_, i) => wanted[i] === true);
      const pulled = pullback(program(places), cotangents, active);
      // All at once, so that an engine does not put some of them off, which would keep what they need.
      const there = pulled.filter((cotangent) => cotangent !== undefined);
      const done = there.length > 1 ? after(there, [...new Set(there)]) : there;
      let [place, next] = [0, 0];
      return inputs.map((_, i) => {
        const cotangent = wanted[i] === true ? pulled[place++] : undefined;
        return cotangent && done[next++];
      });
    },
    batch({ inputs: all, batched, size }) {
      const own = batched.slice(0, end);
      // A program has no undefined outputs.
      const many: Program = (tensors) => batchProgram(program, tensors, own, size) as Tensor[];
      return computeAgain(many, all.slice(0, end), all.slice(end), count);
    },
    reference: (arrays) => arrays.slice(end).map(({ data }) => data),
    lower: {
      onnx: (builder, _, names) => names.slice(end).flatMap((name) => builder.node('Identity', [name])),
    },
  };
  return apply(primitive, [...inputs, ...outputs], {});
}
