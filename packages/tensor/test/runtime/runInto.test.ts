import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Runtime, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, expectTypeOf, it } from 'vitest';

const { array, compile, float32, int32 } = t;

/** The interpreter, which makes new arrays, and one that fills those that it gets. */
const filling: Runtime = {
  name: 'filling',
  prepare: async (graph) => ({
    run: async (inputs, outputs) =>
      t.interpret(graph, inputs).map((result, i) => {
        const into = outputs?.[i];
        if (into === undefined) return result;
        into.data.set(result.data);
        return into;
      }),
    dispose: () => Promise.resolve(),
  }),
};
const runtimes = { interpreter: 'interpreter', 'onnxruntime-node': 'onnxruntime-node', filling } as const;

describe.each(Object.entries(runtimes))('runInto with %s', (_, runtime) => {
  it('fills the arrays that it is given', async () => {
    const program = await compile(
      (p: { w: Tensor }, x: Tensor) => ({
        y: t.matmul(x, p.w),
        list: [t.sum(x), t.argmax(x, 1)] as const,
        again: x,
      }),
      [{ w: float32(2, 3) }, float32('batch', 2)],
      { runtime },
    );
    const w = array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const x = array([
      [1, 0],
      [1, 1],
    ]);
    const outputs = program.allocateOutputs({ batch: 2 });
    expect(outputs).toEqual({
      y: t.zeros([2, 3]),
      list: [array(0), { data: new Int32Array(2), shape: [2] }],
      again: t.zeros([2, 2]),
    });
    const memory = [outputs.y.data, outputs.list[0].data, outputs.list[1].data, outputs.again.data];
    for (const factor of [1, 2]) {
      const input = { data: x.data.map((value) => factor * value), shape: [2, 2] };
      const filled = await program.runInto(outputs, { w }, input);
      expect(filled).toBe(outputs);
      expect(filled).toEqual(await program.run({ w }, input));
    }
    expect(Array.from(outputs.y.data)).toEqual([2, 4, 6, 10, 14, 18]);
    [outputs.y, ...outputs.list, outputs.again].forEach(({ data }, i) => expect(data).toBe(memory[i]));
    await program.dispose();
  });

  it('overlaps with other runs', async () => {
    const program = await compile((x: Tensor) => t.mul(x, 3), [float32('n')], { runtime });
    const runs = await Promise.all(
      [1, 2, 3, 4].map((value) => program.runInto(program.allocateOutputs({ n: value }), filledWith(value))),
    );
    expect(runs.map(({ data }) => Array.from(data))).toEqual([[3], [6, 6], [9, 9, 9], [12, 12, 12, 12]]);
    await program.dispose();
  });
});

function filledWith(value: number): NdArray {
  return { data: new Float32Array(value).fill(value), shape: [value] };
}

describe('runInto', () => {
  it('names what does not fit by its path', async () => {
    const program = await compile((x: Tensor) => ({ twice: t.mul(x, 2), total: t.sum(x) }), [float32('n')], {
      runtime: 'interpreter',
    });
    const x = array([1, 2]);
    const total = array(0);
    const message = (outputs: unknown): Promise<unknown> =>
      program.runInto(outputs as { twice: NdArray; total: NdArray }, x).then(
        () => 'no error',
        (error: unknown) => error,
      );
    const wrong = await message({ twice: array([1, 2, 3]), total });
    expect(wrong).toBeInstanceOf(ShapeError);
    expect(String(wrong)).toContain('runInto: outputs.twice must have shape [2] in this run, got [3]');
    expect(String(await message({ twice: array([1, 2], 'float64'), total }))).toContain(
      'runInto: outputs.twice must be float32[n] in a Float32Array, got Float64Array of length 2',
    );
    expect(String(await message({ twice: array([1, 2]) }))).toContain(
      'runInto: outputs.total must be an array { data, shape }, got nothing',
    );
    const shared = new Float32Array(2);
    const both = { twice: { data: shared, shape: [2] }, total: { data: shared.subarray(1), shape: [] } };
    const error = await message(both);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(String(error)).toContain(
      'runInto: outputs.twice must have memory of its own, but shares it with outputs.total; allocate it anew',
    );
    expect(String(await message({ twice: x, total }))).toContain(
      'outputs.twice must have memory of its own, but shares it with x',
    );
    const halves = new Float32Array(3);
    const apart = {
      twice: { data: halves.subarray(0, 2), shape: [2] },
      total: { data: halves.subarray(2), shape: [] },
    };
    await program.runInto(apart, x);
    expect(halves).toEqual(Float32Array.of(2, 4, 3));
  });

  it('allocates for the sizes that are named', async () => {
    const program = await compile(
      (x: Tensor, y: Tensor) => [t.concat([x, x]), t.sum(y)] as const,
      [float32('n', 2), int32('m')],
      { runtime: 'interpreter' },
    );
    const [first, second] = program.allocateOutputs({ n: 3 });
    expect([first.shape, second]).toEqual([[6, 2], array(0, 'int32')]);
    expectTypeOf(first).toEqualTypeOf<NdArray>();
    expect(program.allocateOutputs({ n: 0, m: 2 })[0].data).toHaveLength(0);
    expect(() => program.allocateOutputs()).toThrow('allocateOutputs: needs the sizes n, such as { n: 64 }');
    expect(() => program.allocateOutputs({ n: 1, k: 1 })).toThrow(
      "allocateOutputs: the program has no size 'k', it has n, m",
    );
    expect(() => program.allocateOutputs({ n: 1.5 })).toThrow(InvalidArgumentError);
  });
});
