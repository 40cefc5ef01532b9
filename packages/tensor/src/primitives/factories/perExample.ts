import type { Dim } from '../../graph/dim.js';
import { allocateWide } from '../../graph/dtype.js';
import type { Batched, Derivatives, Primitive } from '../../graph/primitive.js';
import type { NdArray, TensorType } from '../../graph/types.js';
import { countElements } from '../../reference/indexing.js';
import type { Tensor } from '../../trace/Tensor.js';
import { apply } from '../../trace/Tensor.js';
import { batchProgram } from '../../transforms/batch.js';
import { broadcastTo } from '../broadcastTo.js';
import { sum } from '../sum.js';

/**
 * Applies a primitive whose body is in TypeScript to many examples: one operation that calls the body once per
 * example when the program runs, so that their number may be a named size.
 */
export function applyPerExample<A extends object>(applied: Batched<A>): readonly Tensor[] {
  return apply(perExample(applied), applied.inputs, applied.attributes);
}

function perExample<A extends object>({ primitive, batched, size }: Batched<A>): Primitive<A> {
  /** A derivative rule of one example for all. */
  const forAll = (
    [inputs, outputs, seeds]: readonly [readonly Tensor[], readonly Tensor[], Derivatives],
    seedsBatched: readonly boolean[],
    rule: (inputs: readonly Tensor[], outputs: readonly Tensor[], seeds: Derivatives) => Derivatives,
  ): Derivatives => {
    const all = [...inputs, ...outputs, ...seeds];
    const flags = [...batched, ...outputs.map(() => true), ...seedsBatched];
    const there = [...all.keys()].filter((i) => all[i] !== undefined);
    const program = (places: readonly Tensor[]): Derivatives => {
      const one = all.map((_, i) => places[there.indexOf(i)]);
      const [after, end] = [inputs.length, inputs.length + outputs.length];
      return rule(one.slice(0, after) as Tensor[], one.slice(after, end) as Tensor[], one.slice(end));
    };
    return batchProgram(
      program,
      there.map((i) => all[i]!),
      there.map((i) => flags[i]!),
      size,
    );
  };
  const everywhere = (tensor: Tensor, rank: number): Tensor =>
    tensor.rank > rank ? tensor : broadcastTo(tensor, [size, ...tensor.shape]);
  return {
    name: primitive.name,
    custom: true,
    infer(inputs, attributes) {
      const one = inputs.map((input, i) => (batched[i] === true ? withoutFirst(input) : input));
      const types = primitive.infer(one, attributes);
      return types.map(({ dtype, shape }) => ({ dtype, shape: [size, ...shape] }));
    },
    ...(primitive.jvp && {
      jvp: ({ inputs, outputs, attributes }, tangents) =>
        forAll(
          [inputs, outputs, tangents],
          batched,
          (own, results, seeds) =>
            primitive.jvp?.({ inputs: own, outputs: results, attributes }, seeds) ?? [],
        ).map((tangent, i) => tangent && everywhere(tangent, outputs[i]!.rank - 1)),
    }),
    ...(primitive.vjp && {
      vjp: ({ inputs, outputs, attributes }, cotangents, wanted) =>
        forAll(
          [inputs, outputs, cotangents],
          outputs.map(() => true),
          (own, results, seeds) =>
            primitive.vjp?.({ inputs: own, outputs: results, attributes }, seeds, wanted) ?? [],
        ).map((cotangent, i) => {
          if (cotangent === undefined) return undefined;
          // What is the same for all examples gets the sum of their derivatives.
          if (batched[i] === true) return everywhere(cotangent, inputs[i]!.rank - 1);
          return sum(everywhere(cotangent, inputs[i]!.rank), { axes: 0 });
        }),
    }),
    batch: applyPerExample,
    reference(inputs, { attributes, outputs, size: sizeOf }) {
      const one = outputs.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) }));
      const results = outputs.map(({ dtype, shape }) => allocateWide(dtype, countElements(shape)));
      for (let example = 0; example < sizeOf(size); example++) {
        const own = inputs.map((input, i) => (batched[i] === true ? exampleOf(input, example) : input));
        const data = primitive.reference(own, { attributes, outputs: one, size: sizeOf });
        data.forEach((elements, i) => results[i]!.set(elements, example * elements.length));
      }
      return results;
    },
  };
}

function withoutFirst({ dtype, shape }: TensorType): {
  readonly dtype: TensorType['dtype'];
  readonly shape: Dim[];
} {
  return { dtype, shape: shape.slice(1) };
}

function exampleOf({ data, shape }: NdArray, example: number): NdArray {
  const one = shape.slice(1);
  const length = countElements(one);
  return { data: data.subarray(example * length, (example + 1) * length), shape: one };
}
