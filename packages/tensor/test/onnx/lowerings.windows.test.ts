/** Lowerings that take several nodes as one operator, or write one as several, to be fast. */
import { describe, expect, it } from 'vitest';
import * as t from '../../src/index.js';
import type { Dim, DType, Tensor } from '../../src/index.js';
import { conv2dKernelGradient } from '../../src/primitives/conv2dKernelGradient.js';
import type { Argument } from './lowerings.cases.js';
import { compare, specOf } from './lowerings.support.js';

function of(dtype: DType, ...shape: Dim[]): Argument {
  return { dtype, shape, from: -1, to: 1 };
}

const SIZES = [{ n: 3 }, { n: 1 }, { n: 0 }];

/** Operators of a program, without those that only compute shapes. */
function operators(fn: (...args: Tensor[]) => unknown, ...args: Argument[]): string[] {
  const { graph } = t.trace(fn, ...args.map(specOf));
  return t.graphToOnnx(t.cleanGraph(graph)).model.graph.nodes.map(({ op }) => op);
}

describe('reductions of windows', () => {
  const windows = (dtype: DType): Argument => of(dtype, 'n', 2, 3, 2, 4, 3);
  const reductions = { sum: t.sum, max: t.max, min: t.min };

  it.each(
    (['float32', 'float64', 'int32'] as const).flatMap((dtype) =>
      Object.entries(reductions).map(([name, reduce]) => ({ dtype, name, reduce })),
    ),
  )('$name in $dtype goes plane by plane', async ({ dtype, reduce }) => {
    const argument = dtype === 'int32' ? { ...windows(dtype), from: -4, to: 5 } : windows(dtype);
    const fn = (x: Tensor): Tensor[] => [
      reduce(x, { axes: [3, 5] }),
      reduce(x, { axes: 5 }),
      reduce(x, { axes: [3, 5], keepDims: true }),
    ];
    expect(operators(fn, argument).filter((op) => op.startsWith('Reduce'))).toEqual([]);
    await compare(fn, [argument], SIZES);
  });

  it('multiply short rows likewise', async () => {
    const fn = (x: Tensor): Tensor[] => [t.prod(x, { axes: 1 })];
    expect(operators(fn, of('float32', 'n', 3)).filter((op) => op.startsWith('Reduce'))).toEqual([]);
    await compare(fn, [of('float32', 'n', 3)], SIZES);
  });

  it('of other kinds are those of onnxruntime', async () => {
    const fn = (x: Tensor): Tensor[] => [
      t.sum(x, { axes: [1, 3, 5] }),
      t.sum(x, { axes: [2, 5] }),
      t.sum(x, { axes: [3] }),
      t.sum(t.reshape(x, [-1, 12]), { axes: 1 }),
    ];
    expect(operators(fn, windows('float32')).filter((op) => op.startsWith('Reduce'))).toHaveLength(4);
    await compare(fn, [windows('float32')], SIZES);
    const named = of('float32', 2, 2, 'n', 2);
    await compare((x) => [t.sum(x, { axes: [1, 3] }), t.max(x, { axes: 3 })], [named], [{ n: 3 }]);
  });

  it('keep infinities and NaN', async () => {
    const special = t.constant(t.array([-Infinity, -Infinity, NaN, 1, 1, NaN, Infinity, 2], 'float32'));
    const fn = (x: Tensor): Tensor[] => {
      const pairs = t.add(t.reshape(special, [4, 2]), t.mul(x, 0));
      return [t.max(pairs, { axes: 1 }), t.min(pairs, { axes: 1 }), t.sum(pairs, { axes: 1 })];
    };
    expect(operators(fn, of('float32', 4, 2)).filter((op) => op.startsWith('Reduce'))).toEqual([]);
    await compare(fn, [of('float32', 4, 2)], [{}]);
  });
});

describe('repetition in windows', () => {
  it.each(['float32', 'float64'] as const)('is an enlargement, %s', async (dtype) => {
    const args = [of(dtype, 'n', 2, 3, 2, 4, 3), of(dtype, 'n', 2, 3, 1, 4, 1), of(dtype, 'n', 2, 3, 4)];
    const fn = (x: Tensor, part: Tensor, image: Tensor): Tensor[] => [
      t.mul(x, part),
      t.where(t.greater(x, part), x, t.reshape(image, part.shape)),
      t.broadcastTo(part, x.shape),
    ];
    expect(operators(fn, ...args).includes('Resize')).toBe(dtype === 'float32');
    await compare(fn, args, SIZES);
  });

  it('is left to onnxruntime elsewhere', () => {
    const others: Dim[][] = [
      [1, 2, 3, 1, 4, 1],
      ['n', 2, 3, 2, 4, 1],
      ['n', 2, 3, 1, 1, 1],
    ];
    for (const shape of others) {
      const fn = (x: Tensor, y: Tensor): Tensor => t.mul(x, y);
      expect(operators(fn, of('float32', 'n', 2, 3, 2, 4, 3), of('float32', ...shape))).toEqual(['Mul']);
    }
  });

  it('serves the derivative of pooling', async () => {
    const pool = (x: Tensor): Tensor => t.sum(t.square(t.maxPool2d(t.relu(x), 2)));
    const images = of('float32', 'n', 2, 4, 6);
    await compare((x) => [t.grad(pool)(x)], [images], SIZES);
    expect(operators((x) => t.grad(pool)(x), images)).not.toContain('ScatterND');
  });
});

describe('convolutions', () => {
  const images = of('float32', 'n', 3, 6, 5);
  const kernels = of('float32', 4, 3, 2, 3);

  it.each([[[4, 1, 1]], [[1, 4, 1, 1]]])('add a bias %s themselves', async (shape) => {
    const fn = (x: Tensor, k: Tensor, b: Tensor): Tensor[] => [t.relu(t.add(t.conv2d(x, k), b))];
    const args = [images, kernels, of('float32', ...shape)];
    expect(operators(fn, ...args)).toEqual(['Reshape', 'Conv', 'Relu']);
    await compare(fn, args, SIZES);
    const swapped = (x: Tensor, k: Tensor, b: Tensor): Tensor[] => [t.add(b, t.conv2d(x, k))];
    expect(operators(swapped, ...args)).toEqual(['Reshape', 'Conv']);
    await compare(swapped, args, SIZES);
  });

  it('leave other sums alone', async () => {
    const twice = (x: Tensor, k: Tensor, b: Tensor): Tensor[] => {
      const y = t.conv2d(x, k);
      return [t.add(y, b), y];
    };
    const args = [images, kernels, of('float32', 4, 1, 1)];
    expect(operators(twice, ...args).sort()).toEqual(['Add', 'Conv']);
    await compare(twice, args, SIZES);
    // A number per row, per image, or the same for all, is no bias.
    for (const shape of [[5, 1], ['n', 4, 1, 1], [1, 1, 1], []] as const) {
      const fn = (x: Tensor, k: Tensor, b: Tensor): Tensor[] => [t.add(t.conv2d(x, k), b)];
      expect(operators(fn, images, kernels, of('float32', ...shape))).toContain('Add');
      await compare(fn, [images, kernels, of('float32', ...shape)], SIZES);
    }
  });

  it.each([
    { name: 'as a product per image', places: [5, 3], options: {} },
    { name: 'in groups', places: [5, 3], options: { groups: 3 } },
    {
      name: 'with all settings',
      places: [3, 2],
      options: { strides: 2, dilations: [1, 2], padding: [1, 0, 1, 2] },
    },
    { name: 'as one product', places: [5, 3], kernels: 18, options: {} },
    { name: 'in groups of many kernels', places: [5, 3], kernels: 54, options: { groups: 3 } },
  ] as const)('are differentiated $name', async ({ places, options, ...more }) => {
    const count = 'kernels' in more ? more.kernels : 6;
    const groups = 'groups' in options ? options.groups : 1;
    const attributes = {
      strides: 'strides' in options ? ([2, 2] as const) : ([1, 1] as const),
      dilations: 'dilations' in options ? options.dilations : ([1, 1] as const),
      padding: 'padding' in options ? options.padding : ([0, 0, 0, 0] as const),
      groups,
    };
    for (const dtype of ['float32', 'float64'] as const) {
      await compare(
        (x, y) => [conv2dKernelGradient(x, y, [count, 3 / groups, 2, 3], attributes)],
        [of(dtype, 'n', 3, 6, 5), of(dtype, 'n', count, ...places)],
        SIZES,
      );
    }
  });
});
