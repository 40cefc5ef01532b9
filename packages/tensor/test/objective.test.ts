import { createRng, InvalidArgumentError, ShapeError } from '@pct/core';
import type { NdArray, Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const runtime = 'interpreter';
const rng = createRng('objective');
const random = (...shape: number[]): NdArray => ({
  data: rng.fillNormal(new Float64Array(shape.reduce((a, b) => a * b, 1))),
  shape,
});
const params = {
  ...t.mlpParameters([3, 4, 1], createRng(1), { dtype: 'float64' }),
  norm: t.normParameters(3, { dtype: 'float64' }),
};
type Params = t.TreeOf<typeof params, Tensor>;
const loss = (p: Params, x: Tensor, y: Tensor) =>
  t.mean(t.square(t.sub(t.mlp(p, t.layerNorm(p.norm, x), t.tanh), y)));

describe('objective', () => {
  const fit = t.objective(loss, params, [random(5, 3), random(5, 1)], { runtime });

  it('tells where arrays lie', () => {
    expect(fit.size).toBe(27);
    expect(fit.blocks).toEqual([
      { name: 'layers[0].weight', offset: 0, shape: [3, 4], kind: 'kernel' },
      { name: 'layers[0].bias', offset: 12, shape: [4], kind: 'bias' },
      { name: 'layers[1].weight', offset: 16, shape: [4, 1], kind: 'kernel' },
      { name: 'layers[1].bias', offset: 20, shape: [1], kind: 'bias' },
      { name: 'norm.scale', offset: 21, shape: [3], kind: 'norm' },
      { name: 'norm.offset', offset: 24, shape: [3], kind: 'norm' },
    ]);
    expect(fit.unflatten(fit.initial())).toEqual(params);
    const named = t.parameterBlocks({ w: random(2, 2) }, { kind: () => 'bias' });
    expect(named).toEqual([{ name: 'w', offset: 0, shape: [2, 2], kind: 'bias' }]);
  });

  it('has exact first and second derivatives', async () => {
    const at = fit.initial();
    const direction = rng.fillNormal(new Float64Array(fit.size));
    const moved = (h: number) => at.map((x, i) => x + h * direction[i]!);
    const gradient = await fit.gradient(at);
    const slope = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    expect(((await fit.loss(moved(1e-5))) - (await fit.loss(moved(-1e-5)))) / 2e-5).toBeCloseTo(slope, 7);
    const product = await fit.hessianVectorProduct(at, direction);
    const [after, before] = [await fit.gradient(moved(1e-5)), await fit.gradient(moved(-1e-5))];
    product.forEach((value, i) => {
      expect(value).toBeCloseTo((after[i]! - before[i]!) / 2e-5, 6);
    });
    expect(at).toEqual(fit.initial());
  });

  it('learns by following its gradient', async () => {
    let at = fit.initial();
    const start = await fit.loss(at);
    for (let step = 0; step < 200; step++) {
      const gradient = await fit.gradient(at);
      at = at.map((x, i) => x - 0.1 * gradient[i]!);
    }
    expect(await fit.loss(at)).toBeLessThan(0.5 * start);
  });

  it('copies its data', async () => {
    const x = t.array([2], 'float64');
    const product = t.objective((p: Tensor, y: Tensor) => t.sum(t.mul(p, y)), t.array([3], 'float64'), [x], {
      runtime,
    });
    x.data[0] = 100;
    expect(await product.loss(Float64Array.of(3))).toBe(6);
    await product.dispose();
  });

  it('keeps float32 parameters in float32', () => {
    const tree = { a: t.array([[1, 2]]), b: [t.array([3])] };
    expect(t.flattenParameters(tree)).toEqual(Float64Array.of(1, 2, 3));
    expect(t.unflattenParameters(Float64Array.of(4, 5, 6), tree)).toEqual({
      a: t.array([[4, 5]]),
      b: [t.array([6])],
    });
  });

  it('says what does not fit', async () => {
    await expect(fit.loss(new Float64Array(3))).rejects.toThrow(
      'loss: parameters must be a Float64Array of length 27, got Float64Array of length 3',
    );
    await expect(fit.hessianVectorProduct(fit.initial(), new Float64Array(1))).rejects.toThrow(
      'vector must be',
    );
    expect(() => t.unflattenParameters(new Float64Array(2), { a: t.array([1]) })).toThrow(ShapeError);
    expect(() => t.flattenParameters({ a: t.array([1], 'int32') })).toThrow(InvalidArgumentError);
    expect(() => t.flattenParameters({ a: t.array([1], 'int32') })).toThrow(
      'a must be a floating point array, got int32',
    );
  });

  it('evaluates float32 networks in float64, and not where vectors have been rounded', async () => {
    const tree = t.array([0.5]);
    const cube = (p: Tensor, x: Tensor) => t.sum(t.mul(t.mul(p, t.mul(p, p)), x));
    const at = Float64Array.of(0.1);
    for (const engine of ['interpreter', 'onnxruntime-node'] as const) {
      const wide = t.objective(cube, tree, [t.array([3])], { runtime: engine, precision: 'float64' });
      expect(wide.initial()).toEqual(Float64Array.of(0.5));
      expect(wide.unflatten(at)).toEqual(t.array([0.1], 'float64'));
      expect(await wide.loss(at)).toBeCloseTo(0.003, 17);
      expect((await wide.gradient(at))[0]).toBeCloseTo(0.09, 15);
      expect((await wide.hessianVectorProduct(at, Float64Array.of(1)))[0]).toBeCloseTo(1.8, 14);
      await wide.dispose();
    }
    const narrow = t.objective(cube, tree, [t.array([3])], { runtime });
    expect(Math.abs((await narrow.gradient(at))[0]! - 0.09)).toBeGreaterThan(1e-10);
  });

  it('keeps no array that it was given', () => {
    const tree = t.array([0.5]);
    const own = t.objective((p: Tensor) => t.sum(p), tree, [], { runtime });
    tree.data[0] = 7;
    own.initial()[0] = 7;
    expect(own.initial()).toEqual(Float64Array.of(0.5));
  });

  it('fails after it is disposed, and tries again after an engine has failed', async () => {
    let works = false;
    const moody: t.Runtime = {
      name: 'moody',
      prepare: async (graph) => {
        if (!works) throw new InvalidArgumentError('moody: not today');
        return t.interpreter().prepare(graph);
      },
    };
    const own = t.objective((p: Tensor) => t.sum(p), t.array([2]), [], { runtime: moody });
    await expect(own.loss(own.initial())).rejects.toThrow('not today');
    works = true;
    expect(await own.loss(own.initial())).toBe(2);
    await own.dispose();
    await own[Symbol.asyncDispose]();
    await expect(own.loss(own.initial())).rejects.toThrow(
      'loss: the objective has been disposed; make a new one',
    );
  });
});
