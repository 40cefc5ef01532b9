import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const { array, float32, float64, int32, bool } = t;

interface Params {
  readonly layer1: { readonly weight: Tensor; readonly bias: Tensor };
}
const params = {
  layer1: {
    weight: array([
      [1, 2],
      [3, 4],
    ]),
    bias: array([1, 1]),
  },
};
const network = (params: Params, x: Tensor) => t.add(t.matmul(x, params.layer1.weight), params.layer1.bias);

const runtime = 'interpreter';

describe('compile', () => {
  it('runs trees to trees', async () => {
    const program = await t.compile(
      (params: Params, x: Tensor) => ({ y: network(params, x), also: [x] }),
      [t.shapesOf(params), float32('batch', 2)],
      { runtime: 'interpreter' },
    );
    expect(program.runtime).toBe('interpreter');
    const result = await program.run(
      params,
      array([
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
    );
    expect(result).toEqual({
      y: array([
        [2, 3],
        [4, 5],
        [5, 7],
      ]),
      also: [
        array([
          [1, 0],
          [0, 1],
          [1, 1],
        ]),
      ],
    });
    await program.dispose();
  });

  it('takes numbers for arrays without axes', async () => {
    const scale = await t.compile((x: Tensor, rate: Tensor) => t.mul(x, rate), [float64(2), float64()], {
      runtime,
    });
    expect(await scale.run(array([1, 2], 'float64'), 0.1)).toEqual(array([0.1, 0.2], 'float64'));
    const whole = await t.compile((n: Tensor, b: Tensor) => [n, b] as const, [int32(), bool()], { runtime });
    expect(await whole.run(-3, 1)).toEqual([array(-3, 'int32'), array(1, 'bool')]);
    await expect(whole.run(0.5, 1)).rejects.toThrow('run: n must be of type int32, got 0.5');
    await expect(whole.run(0, 2)).rejects.toThrow('run: b must be of type bool, got 2');
    await expect(whole.run(0, NaN)).rejects.toThrow(InvalidArgumentError);
  });

  it('keeps its hands off what it was given', async () => {
    const input = array([1, 2], 'int32');
    const program = await t.compile((x: Tensor) => [x, t.reshape(x, [2, 1]), t.stopGradient(x)], [int32(2)], {
      runtime,
    });
    const results = await program.run(input);
    for (const { data } of results) data.fill(7);
    expect(input).toEqual(array([1, 2], 'int32'));
    expect(await program.run(input)).toEqual([
      array([1, 2], 'int32'),
      array([[1], [2]], 'int32'),
      array([1, 2], 'int32'),
    ]);
  });

  it('names what does not fit by its path', async () => {
    const program = await t.compile(network, [t.shapesOf(params), float32('batch', 2)], { runtime });
    const x = array([[1, 2]]);
    const run = program.run as unknown as (...args: unknown[]) => Promise<NdArray>;
    const layer1 = params.layer1;
    const message = async (...args: unknown[]): Promise<string> =>
      run(...args).then(
        () => 'no error',
        (error: unknown) => {
          expect(error).toSatisfy((e) => e instanceof ShapeError || e instanceof InvalidArgumentError);
          return (error as Error).message;
        },
      );
    expect(await message({ layer1: { bias: layer1.bias } }, x)).toBe(
      'run: params.layer1.weight must be an array { data, shape }, got nothing',
    );
    expect(await message({ layer1, layer2: layer1 }, x)).toBe(
      'run: params.layer2 is not part of the program, which has layer1 there',
    );
    expect(await message({ layer1: [] }, x)).toBe(
      'run: params.layer1 must be a plain object, got Array of length 0',
    );
    expect(await message({ layer1: { ...layer1, weight: array([[1, 2]]) } }, x)).toBe(
      'run: params.layer1.weight must be float32[2, 2], got shape [1, 2]',
    );
    expect(await message({ layer1: { ...layer1, weight: array([1]) } }, x)).toBe(
      'run: params.layer1.weight must be float32[2, 2], got shape [1]',
    );
    expect(await message({ layer1: { ...layer1, bias: array([1, 2], 'float64') } }, x)).toBe(
      'run: params.layer1.bias must be float32[2] in a Float32Array, got Float64Array of length 2',
    );
    expect(await message({ layer1: { ...layer1, bias: { data: new Float32Array(3), shape: [2] } } }, x)).toBe(
      'run: params.layer1.bias must have 2 elements for its shape [2], got 3',
    );
    expect(await message(params, [x])).toBe('run: x must be an array { data, shape }, got Array of length 1');
    expect(await message(params)).toBe('run: the function has 2 arguments, got 1');
    expect(await message(params, array([[1, 2, 3]]))).toBe(
      'run: x must be float32[batch, 2] = [1, 2], got shape [1, 3]',
    );
  });

  it('finds named sizes and holds them against each other', async () => {
    const fn = (x: Tensor, y: Tensor, z: Tensor) => t.add(t.sum(t.concat([x, y])), t.sum(z));
    const program = await t.compile(fn, [float32('n'), float32('n'), float32('2*n+1')], { runtime });
    const sizes = (...lengths: number[]) =>
      program.run(...(lengths.map((length) => t.ones([length])) as [NdArray, NdArray, NdArray]));
    expect((await sizes(2, 2, 5)).data[0]).toBe(9);
    expect((await sizes(0, 0, 1)).data[0]).toBe(1);
    await expect(sizes(2, 3, 5)).rejects.toThrow(
      'run: y must be float32[n] with n = 2 as in x, got shape [3]',
    );
    const odd = program.run({ data: Float32Array.of(1), shape: [NaN] }, t.ones([1]), t.ones([3]));
    await expect(odd).rejects.toThrow(
      'run: x must have a shape of whole numbers of at least 0, got shape [NaN]',
    );
    await expect(sizes(2, 2, 6)).rejects.toThrow('run: z must be float32[2*n+1] = [5], got shape [6]');
  });

  it('keeps the names of arguments through derivatives', async () => {
    const loss = (params: Params, x: Tensor) => t.mean(network(params, x));
    const step = await t.compile(t.valueAndGrad(loss), [t.shapesOf(params), float32('batch', 2)], {
      runtime,
    });
    expect(step.graph.inputNames).toEqual(['params.layer1.weight', 'params.layer1.bias', 'x']);
    const [value, gradient] = await step.run(params, array([[1, 0]]));
    expect(value).toEqual(array(2.5));
    expect(gradient.layer1).toEqual({
      weight: array([
        [0.5, 0.5],
        [0, 0],
      ]),
      bias: array([0.5, 0.5]),
    });
    expect(
      t.trace(t.hessianVectorProduct(loss), t.shapesOf(params), t.shapesOf(params), float32(1, 2)).graph
        .inputNames[0],
    ).toBe('vector.layer1.weight');
    const clash = (vector: Tensor) => t.sum(t.exp(vector));
    expect(t.trace(t.hessianVectorProduct(clash), float32(1), float32(1)).graph.inputNames).toEqual([
      'args[0]',
      'args[1]',
    ]);
    expect(t.trace(({ a }: { a: Tensor }) => a, { a: bool() }).graph.inputNames).toEqual(['args[0].a']);
  });

  it('runs programs without results', async () => {
    const none = await t.compile(
      t.grad((_: readonly Tensor[], x: Tensor) => t.sum(x)),
      [[], float32('n')],
      {
        runtime: 'onnxruntime-node',
      },
    );
    expect(await none.run([], array([1, 2]))).toEqual([]);
    await none.dispose();
  });

  it('runs on the engine it is given', async () => {
    const seen: string[] = [];
    const engine: t.Runtime = {
      name: 'fake',
      prepare: async (graph) => {
        seen.push(...graph.nodes.map(({ primitive }) => primitive.name));
        return {
          run: async (inputs) => inputs,
          dispose: async () => {
            seen.push('disposed');
          },
        };
      },
    };
    const program = await t.compile((x: Tensor) => t.exp(t.mul(x, 1)), [float32(1)], { runtime: engine });
    expect(await program.run(array([3]))).toEqual(array([3]));
    await program[Symbol.asyncDispose]();
    expect(seen).toEqual(['exp', 'disposed']);
  });
});

describe('interpret', () => {
  const { graph } = t.trace((x: Tensor) => t.div(x, 3), float32(1));

  it('rounds float32 at the end, unless told otherwise', () => {
    expect(t.interpret(graph, [array([1])])).toEqual([array([1 / 3])]);
    expect(t.interpret(graph, [array([1])], { wide: true })).toEqual([array([1 / 3], 'float64')]);
  });

  it('checks its inputs', () => {
    expect(() => t.interpret(graph, [])).toThrow('interpret: the program has 1 inputs, got 0');
    expect(() => t.interpret(graph, [array([1, 2])])).toThrow(ShapeError);
  });

  it('says where an index is out of range', () => {
    const pick = t.trace((x: Tensor, i: Tensor) => t.gather(x, i), float32(3), int32('n')).graph;
    expect(() => t.interpret(pick, [array([1, 2, 3]), array([0, 3], 'int32')])).toThrow(
      'gather: indices must be from 0 to 2, got 3 at position 1',
    );
  });
});
