import { applicationsInOrder } from '../graph/build.js';
import { isFloat } from '../graph/dtype.js';
import type { Derivatives } from '../graph/primitive.js';
import { add } from '../primitives/add.js';
import { zerosLike } from '../primitives/full.js';
import { identity } from '../primitives/identity.js';
import type { Application } from '../trace/Tensor.js';
import type { Tensor } from '../trace/Tensor.js';

/**
 * Derivatives with respect to tensors from derivatives with respect to what is computed from them.
 *
 * @param outputs - where the walk begins
 * @param cotangents - derivative with respect to each output; undefined is zero
 * @param inputs - tensors with respect to which to differentiate; the walk ends there
 * @returns one per input; undefined is zero
 */
export function pullback(
  outputs: readonly Tensor[],
  cotangents: Derivatives,
  inputs: readonly Tensor[],
): Derivatives {
  const known = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, cotangent: Tensor | undefined): void => {
    if (cotangent === undefined) return;
    const before = known.get(tensor);
    known.set(tensor, before === undefined ? cotangent : add(before, cotangent));
  };
  outputs.forEach((output, i) => accumulate(output, cotangents[i]));
  const order = applicationsInOrder(outputs, new Set(inputs));
  const active = new Set(inputs);
  for (const { primitive, inputs: operands, outputs: results } of order) {
    const differentiable = primitive.vjp !== undefined || primitive.jvp !== undefined;
    if (differentiable && operands.some((operand) => active.has(operand)))
      for (const result of results) if (isFloat(result.dtype)) active.add(result);
  }
  for (const application of order.reverse()) {
    const own = application.outputs.map((output) => known.get(output));
    const wanted = application.inputs.map((input) => active.has(input));
    if (!wanted.includes(true) || own.every((cotangent) => cotangent === undefined)) continue;
    cotangentsOf(application, own, wanted).forEach((cotangent, i) => {
      if (wanted[i] === true) accumulate(application.inputs[i]!, cotangent);
    });
  }
  return inputs.map((input) => known.get(input));
}

function cotangentsOf(
  application: Application,
  cotangents: Derivatives,
  wanted: readonly boolean[],
): Derivatives {
  const { primitive, inputs, outputs } = application;
  if (primitive.vjp !== undefined) return primitive.vjp(application, cotangents, wanted);
  if (primitive.jvp === undefined) return [];
  // u -> J u is linear, so its transpose is Jᵀ, wherever it is taken; here at u = 0.
  const places = inputs.map((input, i) => (wanted[i] === true ? identity(zerosLike(input)) : undefined));
  const pushed = primitive.jvp(application, places);
  const seeds = pushed.map((tensor, i) => (tensor === undefined ? undefined : cotangents[i]));
  const ends = pushed.map((tensor, i) => tensor ?? outputs[i]!);
  const used = places.filter((place) => place !== undefined);
  const pulled = pullback(ends, seeds, used);
  return places.map((place) => (place === undefined ? undefined : pulled[used.indexOf(place)]));
}
