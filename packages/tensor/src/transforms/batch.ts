import { InvalidArgumentError } from '@pct/core';
import { applicationsInOrder } from '../graph/build.js';
import type { Dim } from '../graph/dim.js';
import type { Batched } from '../graph/primitive.js';
import { Tensor, apply } from '../trace/Tensor.js';

/**
 * Computes tensors of one example for many.
 *
 * @param given - for tensors of one example those of many, with a new first axis
 * @param outputs - tensors of one example
 * @param size - number of examples
 * @returns one per output: with the new first axis, or without it if it is the same for all examples
 */
export function batchOutputs(
  given: ReadonlyMap<Tensor, Tensor>,
  outputs: readonly Tensor[],
  size: Dim,
): Tensor[] {
  const many = new Map(given);
  const same = new Map<Tensor, Tensor>();
  const now = (tensor: Tensor): Tensor => many.get(tensor) ?? same.get(tensor) ?? tensor;
  for (const application of applicationsInOrder(outputs, new Set(given.keys()))) {
    const batched = application.inputs.map((input) => many.has(input));
    const inputs = application.inputs.map(now);
    if (!batched.includes(true)) {
      if (inputs.some((input, i) => input !== application.inputs[i]))
        apply(application.primitive, inputs, application.attributes).forEach((result, i) =>
          same.set(application.outputs[i]!, result),
        );
      continue;
    }
    applyRule({ ...application, inputs, batched, size }).forEach((result, i) => {
      const one = application.outputs[i]!;
      (result.rank > one.rank ? many : same).set(one, result);
    });
  }
  return outputs.map(now);
}

/**
 * Tensors for one example.
 *
 * @param inputs - tensors, some with a new first axis
 * @param batched - which have it
 * @returns places: a tensor without the axis for each of those, the others as they are; and what is given for them
 */
export function placesForOne(
  inputs: readonly Tensor[],
  batched: readonly boolean[],
): { places: Tensor[]; given: Map<Tensor, Tensor> } {
  const given = new Map<Tensor, Tensor>();
  const places = inputs.map((input, i) => {
    if (batched[i] !== true) return input;
    const place = new Tensor({ dtype: input.dtype, shape: input.shape.slice(1) });
    given.set(place, input);
    return place;
  });
  return { places, given };
}

/**
 * The same computation on many examples.
 *
 * @param program - tensors from tensors of one example; undefined stands for zero and stays
 * @param inputs - tensors, some with a new first axis
 * @param batched - which have it
 * @param size - number of examples
 * @returns as {@link batchOutputs}
 */
export function batchProgram(
  program: (inputs: readonly Tensor[]) => readonly (Tensor | undefined)[],
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: Dim,
): (Tensor | undefined)[] {
  const { places, given } = placesForOne(inputs, batched);
  const outputs = program(places);
  const there = outputs.filter((output) => output !== undefined);
  const results = batchOutputs(given, there, size);
  return outputs.map((output) => (output === undefined ? undefined : results[there.indexOf(output)]));
}

function applyRule(applied: Batched<object>): readonly Tensor[] {
  const { primitive } = applied;
  if (primitive.batch !== undefined) return primitive.batch(applied);
  throw new InvalidArgumentError(
    `vmap: the operation '${primitive.name}' has no rule for many examples; give its primitive a batch, or make it with customOp`,
  );
}
