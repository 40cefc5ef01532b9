import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { onnxLowerings } from '../../src/onnx/lowerings/table.js';
import { primitives } from '../../src/primitives/registry.js';
import { compile } from '../../src/runtime/compile.js';
import type { Tensor } from '../../src/trace/Tensor.js';
import { cases } from './lowerings.cases.js';
import { compare, fill, runtime, specOf } from './lowerings.support.js';

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
