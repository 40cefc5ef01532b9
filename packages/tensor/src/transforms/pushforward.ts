import { isFloat } from '../graph/dtype.js';
import type { Derivatives } from '../graph/primitive.js';
import { applicationsInOrder } from '../graph/build.js';
import { identity } from '../primitives/identity.js';
import { zerosLike } from '../primitives/full.js';
import type { Application } from '../trace/Tensor.js';
import type { Tensor } from '../trace/Tensor.js';
import { pullback } from './pullback.js';

/**
 * Derivatives of tensors along given derivatives of the tensors they are computed from.
 *
 * @param inputs - where the walk begins
 * @param tangents - derivative of each input; undefined is zero
 * @param outputs - tensors whose derivatives are wanted
 * @returns one per output; undefined is zero
 */
export function pushforward(
  inputs: readonly Tensor[],
  tangents: Derivatives,
  outputs: readonly Tensor[],
): Derivatives {
  const known = new Map<Tensor, Tensor>();
  inputs.forEach((input, i) => {
    const tangent = tangents[i];
    if (tangent !== undefined) known.set(input, tangent);
  });
  for (const application of applicationsInOrder(outputs, new Set(inputs))) {
    const own = application.inputs.map((input) => known.get(input));
    if (own.every((tangent) => tangent === undefined)) continue;
    tangentsOf(application, own).forEach((tangent, i) => {
      const output = application.outputs[i];
      if (tangent !== undefined && output !== undefined && isFloat(output.dtype)) known.set(output, tangent);
    });
  }
  return outputs.map((output) => known.get(output));
}

function tangentsOf(application: Application, tangents: Derivatives): Derivatives {
  const { primitive, inputs, outputs } = application;
  if (primitive.jvp !== undefined) return primitive.jvp(application, tangents);
  if (primitive.vjp === undefined) return [];
  // v -> Jᵀ v is linear, so its own transpose is J, wherever it is taken; here at v = 0.
  const places = outputs.map((output) => identity(zerosLike(output)));
  const pulled = primitive.vjp(
    application,
    places,
    inputs.map((_, i) => tangents[i] !== undefined),
  );
  const seeds = pulled.map((tensor, i) => (tensor === undefined ? undefined : tangents[i]));
  const ends = pulled.map((tensor, i) => tensor ?? inputs[i]!);
  return pullback(ends, seeds, places);
}
