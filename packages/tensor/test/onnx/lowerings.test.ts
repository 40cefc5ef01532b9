import { createRng, InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { allocate } from '../../src/graph/dtype.js';
import type { Dim } from '../../src/graph/dim.js';
import type { DType, NdArray } from '../../src/graph/types.js';
import { onnxLowerings } from '../../src/onnx/lowerings/table.js';
import { onnxruntimeNode } from '../../src/runtimes/onnxruntimeNode.js';
import { compile } from '../../src/runtime/compile.js';
import { primitives } from '../../src/primitives/registry.js';
import { TensorSpec } from '../../src/trace/spec.js';
import type { Tensor } from '../../src/trace/Tensor.js';
import { cases, type Argument } from './lowerings.cases.js';

const rng = createRng(7);

/** Random elements for one argument of a case. */
function fill({ dtype, shape, from, to }: Argument, sizes: Readonly<Record<string, number>>): NdArray {
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

function specOf({ dtype, shape }: { dtype: DType; shape: readonly Dim[] }): TensorSpec {
  return new TensorSpec(dtype, shape);
}

const runtime = await onnxruntimeNode({ threads: 1 });
const EXACTNESS: Readonly<Record<string, number>> = { float32: 3e-6, float64: 4e-15, int32: 0, bool: 0 };

async function compare(
  fn: (...args: Tensor[]) => readonly Tensor[],
  args: readonly Argument[],
): Promise<void> {
  const specs = args.map(specOf);
  const here = await compile(fn, specs, { runtime });
  const oracle = await compile(fn, specs);
  try {
    for (const sizes of [
      { n: 3, m: 4 },
      { n: 1, m: 1 },
    ]) {
      const arrays = args.map((argument) => fill(argument, sizes));
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

describe('lowerings to ONNX', () => {
  it('exist for every primitive', () => {
    expect(Object.keys(onnxLowerings).sort()).toEqual(Object.keys(primitives).sort());
  });

  const all = Object.entries(cases).flatMap(([name, made]) =>
    made.flatMap((make, index) =>
      (['float32', 'float64'] as const).map((dtype) => ({ name, index, dtype, made: make(dtype) })),
    ),
  );
  it.each(all)('$name, case $index in $dtype is as in the interpreter', async ({ made: { fn, args } }) => {
    await compare((...tensors) => {
      const result = fn(...tensors);
      return Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
    }, args);
  });

  it.each(['gather', 'segmentSum', 'segmentMax', 'takeAlongAxis', 'putAlongAxis'] as const)(
    '%s stops at an index below 0 or beyond the end',
    async (name) => {
      const { fn, args } = cases[name][0]!('float32');
      const program = await compile((...tensors: Tensor[]) => fn(...tensors), args.map(specOf), { runtime });
      for (const bad of [-1, 1000]) {
        const arrays = args.map((argument) => fill(argument, { n: 3, m: 4 }));
        arrays.at(-1)!.data[0] = bad;
        await expect(program.run(...arrays)).rejects.toThrow(InvalidArgumentError);
        await expect(program.run(...arrays)).rejects.toThrow(/run: onnxruntime stopped: .*(ind|bounds)/);
      }
      await program.dispose();
    },
  );
});
