import { applicationsInOrder } from '../graph/build.js';
import type { Application, Tensor } from '../trace/Tensor.js';
import { apply } from '../trace/Tensor.js';

/** What computes some tensors from given ones. */
interface Capture {
  /** Other tensors that the computation uses, and that do not depend on the given ones. */
  readonly others: readonly Tensor[];
  /** The outputs, computed once more from other tensors in place of the given and of the `others`. */
  readonly program: (given: readonly Tensor[], others: readonly Tensor[]) => readonly Tensor[];
}

/** Takes the part of a computation that depends on given tensors. */
export function capture(given: readonly Tensor[], outputs: readonly Tensor[]): Capture {
  const dependent = new Set(given);
  const others = new Set<Tensor>();
  const applications: Application[] = [];
  for (const application of applicationsInOrder(outputs, dependent)) {
    if (!application.inputs.some((input) => dependent.has(input))) continue;
    applications.push(application);
    for (const input of application.inputs) if (!dependent.has(input)) others.add(input);
    for (const output of application.outputs) dependent.add(output);
  }
  for (const output of outputs) if (!dependent.has(output)) others.add(output);
  const otherList = [...others];
  const program: Capture['program'] = (newGiven, newOthers) => {
    const now = new Map<Tensor, Tensor>();
    given.forEach((tensor, i) => now.set(tensor, newGiven[i]!));
    otherList.forEach((tensor, i) => now.set(tensor, newOthers[i]!));
    for (const { primitive, inputs, attributes, outputs: made } of applications) {
      const results = apply(
        primitive,
        inputs.map((input) => now.get(input)!),
        attributes,
      );
      made.forEach((tensor, i) => now.set(tensor, results[i]!));
    }
    return outputs.map((output) => now.get(output)!);
  };
  return { others: otherList, program };
}
