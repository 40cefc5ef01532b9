/** Compares programs on onnxruntime with the interpreter. */
import { createRng } from '@pct/core';
import { expect } from 'vitest';
import { allocate } from '../../src/graph/dtype.js';
import type { Dim } from '../../src/graph/dim.js';
import type { DType, NdArray } from '../../src/graph/types.js';
import { compile } from '../../src/runtime/compile.js';
import { onnxruntimeNode } from '../../src/runtimes/onnxruntimeNode.js';
import { TensorSpec } from '../../src/trace/spec.js';
import type { Tensor } from '../../src/trace/Tensor.js';
import type { Argument } from './lowerings.cases.js';

const rng = createRng(7);

/** Random elements for one argument of a case. */
export function fill({ dtype, shape, from, to }: Argument, sizes: Readonly<Record<string, number>>): NdArray {
  const numbers = shape.map((size) => (typeof size === 'number' ? size : sizes[size]!));
  const data = allocate(
    dtype,
    numbers.reduce((product, size) => product * size, 1),
  );
  const whole = dtype === 'int32' || dtype === 'bool';
  for (let i = 0; i < data.length; i++) {
    const value = from + (to - from) * rng.uniform();
    data[i] = whole ? Math.floor(value) : value;
  }
  return { data, shape: numbers };
}

export function specOf({ dtype, shape }: { dtype: DType; shape: readonly Dim[] }): TensorSpec {
  return new TensorSpec(dtype, shape);
}

export const runtime = await onnxruntimeNode({ threads: 1 });
const EXACTNESS: Readonly<Record<string, number>> = { float32: 3e-6, float64: 4e-15, int32: 0, bool: 0 };

/** Runs a program both ways for several sizes of its named axes. */
export async function compare(
  fn: (...args: Tensor[]) => readonly Tensor[],
  args: readonly Argument[],
  sizes: readonly Readonly<Record<string, number>>[] = [
    { n: 3, m: 4 },
    { n: 1, m: 1 },
  ],
): Promise<void> {
  const specs = args.map(specOf);
  const here = await compile(fn, specs, { runtime });
  const oracle = await compile(fn, specs, { runtime: 'interpreter' });
  try {
    for (const numbers of sizes) {
      const arrays = args.map((argument) => fill(argument, numbers));
      const got = (await here.run(...arrays)) as unknown as NdArray[];
      const expected = (await oracle.run(...arrays)) as unknown as NdArray[];
      expected.forEach(({ data, shape }, index) => {
        const result = got[index]!;
        expect(result.shape).toEqual(shape);
        expect(result.data.constructor).toBe(data.constructor);
        const dtype = here.graph.outputs[index]!.type.dtype;
        // Rounding grows with the size of the numbers that are added up.
        let scale = 1;
        for (const value of data) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
        const bound = EXACTNESS[dtype]! * scale;
        data.forEach((value, at) => {
          const other = result.data[at]!;
          const same = Object.is(value + 0, other + 0) || Math.abs(value - other) <= bound;
          if (!same) expect.fail(`output ${index}, element ${at}: ${other} instead of ${value}`);
        });
      });
    }
  } finally {
    await here.dispose();
  }
}
