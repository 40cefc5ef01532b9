import type { NdArray, Runtime, Tensor, TypedArray } from '@pct/tensor';
import { compile, grad, mul, sum, TensorSpec, vmap } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import type { Case } from '../conformance/cases.js';
import { drawArguments } from '../conformance/runner.js';

/** Number of examples. */
const COUNT = 3;

/**
 * Runs cases on many examples at once: with `vmap`, values and gradients are those of the examples one by one,
 * whichever arguments have examples.
 */
export function describeExamples(runtime: Runtime, cases: readonly Case[], tolerance: number): void {
  describe(`${runtime.name}, many examples at once`, () => {
    it.each(cases)('$name', async (entry) => {
      const { args, specs } = drawArguments(entry);
      const examples = args.map((arg) => Array.from({ length: COUNT }, (_, i) => vary(arg, i)));
      const choices = [args.map(() => true)];
      if (args.length > 1) args.forEach((_, i) => choices.push(args.map((_, k) => k === i)));
      const floats = [...args.keys()].filter((i) => specs[i]!.dtype === 'float64');
      const differentiable = (entry.differentiable ?? floats.length > 0) && floats.length > 0;
      const fn = (...tensors: Tensor[]): Tensor[] => {
        const value = entry.fn(...tensors);
        if (!differentiable) return [value];
        // Weights that differ by element, so that no derivative is lost in a sum.
        const loss = (...inner: Tensor[]): Tensor => {
          const result = entry.fn(...inner);
          return sum(mul(result, mul(result, 0.5)));
        };
        return [value, ...(grad(loss, { argument: floats })(...tensors) as readonly Tensor[])];
      };
      const one = await compile(fn, specs, { runtime });
      for (const batched of choices) {
        const axes = batched.map((flag) => (flag ? 0 : null));
        const many = await compile(
          vmap(fn, { inAxes: axes }),
          specs.map(
            ({ dtype, shape }, i) => new TensorSpec(dtype, batched[i]! ? ['examples', ...shape] : shape),
          ),
          { runtime },
        );
        const together = await many.run(...examples.map((own, i) => (batched[i]! ? stacked(own) : own[0]!)));
        for (let example = 0; example < COUNT; example++) {
          const alone = await one.run(...examples.map((own, i) => own[batched[i]! ? example : 0]!));
          alone.forEach((array, k) => {
            const { data, shape } = together[k]!;
            expect(shape, `result ${k}`).toEqual([COUNT, ...array.shape]);
            const length = array.data.length;
            expectClose(data.subarray(example * length, (example + 1) * length), array.data, tolerance);
          });
        }
        await many.dispose();
      }
      await one.dispose();
    });
  });
}

/** Another array of the same kind: numbers in another order and a little different, so that domains stay. */
function vary({ data, shape }: NdArray, example: number): NdArray {
  const varied = data.map((_, i) => data[(i + example) % data.length]!);
  if (varied instanceof Float64Array) varied.forEach((x, i) => (varied[i] = x * (1 + 0.01 * example)));
  return { data: varied, shape };
}

function stacked(arrays: readonly NdArray[]): NdArray {
  const [first] = arrays;
  const length = first!.data.length;
  const data = new (first!.data.constructor as new (length: number) => TypedArray)(COUNT * length);
  arrays.forEach((array, i) => data.set(array.data, i * length));
  return { data, shape: [COUNT, ...first!.shape] };
}

function expectClose(actual: TypedArray, expected: TypedArray, tolerance: number): void {
  const scale = Math.max(1, ...Array.from(expected, Math.abs).filter(Number.isFinite));
  expected.forEach((value, i) => {
    if (Object.is(actual[i], value)) return;
    expect(Math.abs(actual[i]! - value), `${actual[i]} is not ${value}`).toBeLessThanOrEqual(
      tolerance * scale,
    );
  });
}
