import { InvalidArgumentError, ShapeError } from '@pct/core';
import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import { describe, expect, it } from 'vitest';

const { float32, float64, int32, bool } = t;

/** The message of what a function throws while it is traced. */
function messageOf(fn: (...args: Tensor[]) => unknown, ...specs: t.TensorSpec[]): string {
  try {
    t.trace(fn, ...specs);
  } catch (error) {
    expect(error).toSatisfy((e) => e instanceof ShapeError || e instanceof InvalidArgumentError);
    return (error as Error).message;
  }
  return 'no error';
}

describe('trace', () => {
  it('prints a program', () => {
    const network = (params: { weight: Tensor; bias: Tensor }, x: Tensor) => ({
      y: t.tanh(t.add(t.matmul(x, params.weight), params.bias)),
    });
    const { graph } = t.trace(
      network,
      { weight: float32(34, 128), bias: float32(128) },
      float32('batch', 34),
    );
    expect(t.printGraph(graph)).toBe(`inputs
  %0: float32[34, 128]  params.weight
  %1: float32[128]  params.bias
  %2: float32[batch, 34]  x
%3: float32[batch, 128] = matmul %2 %0
%4: float32[batch, 128] = add %3 %1
%5: float32[batch, 128] = tanh %4
outputs
  %5  output.y
`);
  });

  it('prints attributes and constants', () => {
    const { graph } = t.trace((x: Tensor) => t.mul(t.sum(x, { axes: 0 }), 2), float64('n', 3));
    expect(t.printGraph(graph)).toContain('%1: float64[3] = sum %0 axes=[0]\n%2: float64[] = constant 2\n');
  });

  it('follows named sizes through shapes', () => {
    const shapeOf = (fn: (...args: Tensor[]) => Tensor, ...specs: t.TensorSpec[]): string =>
      t.describeType(t.trace(fn, ...specs).graph.outputs[0]!.type);
    expect(shapeOf((x) => t.flatten(x), float32('batch', 28, 28))).toBe('float32[784*batch]');
    expect(shapeOf((x) => t.reshape(t.flatten(x), [-1, 784]), float32('batch', 28, 28))).toBe(
      'float32[batch, 784]',
    );
    expect(shapeOf((a, b) => t.concat([a, b]), float32('a', 2), float32('b', 2))).toBe('float32[a+b, 2]');
    expect(shapeOf((a) => t.concat([a, a]), float32('n'))).toBe('float32[2*n]');
    expect(shapeOf((a) => t.slice(a, [[1, -1]]), float32('n'))).toBe('float32[n-2]');
    expect(shapeOf((a) => t.pad(a, [[1, 'n']]), float32('n'))).toBe('float32[2*n+1]');
    expect(shapeOf((a) => t.slice(t.repeat(a, 2), [[0, '2*n', 2]]), float32('n'))).toBe('float32[n]');
    expect(shapeOf((a) => t.conv2d(a, t.full([4, 1, 3, 3], 0)), float32('n', 1, 'h', 8))).toBe(
      'float32[n, 4, h-2, 6]',
    );
  });

  it('names the operation and both shapes', () => {
    expect(messageOf((a, b) => t.matmul(a, b), float32('batch', 34), float32(28, 128))).toBe(
      'matmul: needs [..., n, k] and [..., k, m], got float32[batch, 34] and float32[28, 128]: k is 34 in one and 28 in the other',
    );
    expect(messageOf((a, b) => t.add(a, b), float32('batch', 3), float32('n', 3))).toBe(
      'add: shapes must be equal or 1 axis by axis, got float32[batch, 3] and float32[n, 3]: axis -2 (counted from the end) is batch in one and n in the other; if they are always equal, give both axes the same size in the declarations of the arguments',
    );
    expect(messageOf((a, b) => t.mul(a, b), float32(3), float64(3))).toBe(
      'mul: element types must agree, got float32[3] and float64[3]; convert one with cast(x, dtype)',
    );
    expect(messageOf((a) => t.exp(a), int32(3))).toBe(
      'exp: needs floating point elements, got int32[3]; convert with cast(x, dtype)',
    );
    expect(messageOf((a) => t.reshape(a, [4, 2]), float32(3, 2))).toBe(
      'reshape: the number of elements must stay the same, got float32[3, 2] (6 elements) and shape [4, 2] (8)',
    );
    expect(messageOf((a) => t.reshape(a, [-1, 4]), float32('n', 2))).toContain(
      'the size for -1 is not a whole number',
    );
    expect(messageOf((a) => t.transpose(a, [0, 0]), float32(3, 2))).toContain(
      'every axis of float32[3, 2] once, got [0, 0]',
    );
    expect(messageOf((a, b) => t.concat([a, b]), float32(3, 2), float32(3, 3))).toContain(
      'concat: all axes but 0 must be equal',
    );
    expect(messageOf((a) => t.sum(a, { axes: 2 }), float32(3, 2))).toBe(
      'sum: axis must be an integer from -2 to 1 for an array with 2 axes, got 2',
    );
    expect(messageOf((a) => t.sum(a, { axes: [0, -2] }), float32(3, 2))).toContain('axes must be different');
    expect(messageOf((a) => t.max(a), float32(0, 2))).toContain(
      'max: has no value for no elements, got float32[0, 2]',
    );
    expect(messageOf((a) => t.slice(a, [[0, 'n', 2]]), float32('n'))).toContain(
      'slice: every 2th of n elements',
    );
    expect(messageOf((a) => t.slice(a, [[2, 1]]), float32(4))).toContain(
      'slice: [2, 1] is outside of axis 0 of float32[4]',
    );
    expect(messageOf((a) => t.slice(a, [[0, 4, 0]]), float32(4))).toContain(
      'the step must be an integer of at least 1',
    );
    expect(messageOf((a) => t.gather(a, a), float32(4))).toContain(
      'gather indices: needs int32 elements, got float32[4]',
    );
    expect(messageOf((a, b) => t.segmentSum(a, b, 3), float32('n'), int32('m'))).toContain(
      'segmentSum: needs values [...i, ...] and ids [...i], got float32[n] and int32[m]',
    );
    expect(messageOf((a, b) => t.takeAlongAxis(a, b, 1), float32(2, 3), int32(3, 3))).toContain(
      'takeAlongAxis: all axes but 1',
    );
    expect(messageOf((a) => t.where(a, 1, a), float32(2))).toContain(
      'where: the condition must be bool, got float32[2]',
    );
    expect(messageOf((a) => t.conv2d(a, t.full([1, 1, 1, 1], 0)), float32(1, 2, 3, 3))).toContain(
      'kernels must have 2 channels',
    );
    expect(messageOf((a) => t.conv2d(a, t.full([1, 1, 5, 1], 0)), float32(1, 1, 3, 3))).toContain(
      'larger than the padded image',
    );
    expect(
      messageOf((a) => t.conv2d(a, t.full([1, 1, 1, 1], 0), { strides: 2 }), float32(1, 1, 'h', 3)),
    ).toContain('with stride 2 the size of the result');
    expect(
      messageOf((a) => t.conv2d(a, t.full([1, 1, 1, 1], 0), { strides: 0 }), float32(1, 1, 3, 3)),
    ).toContain('strides must be');
    expect(messageOf((a) => t.maxPool2d(a, 2), float32(3, 3))).toContain(
      'maxPool2d: needs images [n, c, h, w]',
    );
    expect(messageOf((a, b) => t.crossEntropy(a, b), float32(2, 3), int32(3))).toContain(
      'crossEntropy: needs logits',
    );
    expect(messageOf((a) => t.squeeze(a, 0), float32(2, 3))).toContain(
      'squeeze: axis 0 of float32[2, 3] must have size 1',
    );
    expect(messageOf((a) => t.split(a, 2), float32(3))).toContain(
      'split: axis 0 of float32[3] does not fall into 2 equal parts',
    );
    expect(messageOf((a) => t.clip(a, 1, 0), float32(3))).toContain(
      'clip: min must be at most max, got 1 and 0',
    );
    expect(messageOf((a) => t.logicalNot(a), float32(3))).toContain('needs truth values');
    expect(messageOf((a) => t.add(a, 0.5), int32(3))).toContain(
      'add: the number must be of type int32, got 0.5',
    );
    expect(messageOf((a) => t.where(a, 1, 2), bool(3))).toContain('where: one operand must be a tensor');
    expect(messageOf((a) => t.broadcastTo(a, [3, 4]), float32(3))).toContain(
      'broadcastTo: axes of float32[3]',
    );
    expect(messageOf((a) => t.oneHot(a, 3), float32(3))).toContain('oneHot: indices must be int32');
    expect(messageOf((a) => t.pad(a, []), float32(3))).toContain('pad: needs one [before, after] per axis');
    expect(messageOf(() => t.concat([]), float32(3))).toContain('concat: needs at least one array');
  });

  it('has the line of the caller in the stack', () => {
    function myNetwork(x: Tensor): Tensor {
      return t.matmul(x, x);
    }
    let stack = '';
    try {
      t.trace(myNetwork, float32(2, 3));
    } catch (error) {
      stack = (error as Error).stack ?? '';
    }
    expect(stack).toMatch(/myNetwork.*trace\.test\.ts/);
  });

  it('does not let tensors pass for numbers', () => {
    expect(messageOf((x) => t.add(x, (x as unknown as number) * 2), float32(3))).toContain(
      'has no number while tracing',
    );
    expect(messageOf((x) => t.add(x, 'two' as unknown as number), float32(3))).toContain(
      'operand 1 must be a tensor or a number',
    );
  });

  it('says which sizes and arguments it does not know', () => {
    expect(messageOf((x) => x, float32('2*n'))).toContain("size 'n' occurs only in '2*n'");
    expect(messageOf((x) => t.broadcastTo(x, ['m']), float32())).toContain(
      "no input has an axis of size 'm'",
    );
    let leaked: Tensor | undefined;
    t.trace((x: Tensor) => {
      leaked = x;
      return x;
    }, float32(3));
    expect(messageOf((x) => t.add(x, leaked!), float32(3))).toContain(
      'float32[3] that is an argument of another traced function',
    );
    expect(() => t.trace((x: Tensor) => ({ x, y: 3 }), float32(3))).toThrow(
      'trace: output.y must be a tensor',
    );
    expect(() => t.trace((x: unknown) => x as Tensor, { a: [float32(3), 'b'] })).toThrow(
      'x.a[1] must be a spec such as float32(3)',
    );
  });

  it('takes functions deeper than the call stack', () => {
    const deep = (x: Tensor): Tensor => {
      let y = x;
      for (let i = 0; i < 20_000; i++) y = t.add(y, x);
      return t.sum(y);
    };
    expect(t.trace(t.grad(deep), float32(2)).graph.nodes.length).toBeGreaterThan(20_000);
  });
});

describe('trees', () => {
  it('map over arrays with their paths', () => {
    const tree = { layers: [{ weight: t.zeros([2, 3]) }, { weight: t.zeros([3, 1]) }], 'odd key': 1 };
    expect(t.mapTree(tree, (_, path) => path)).toEqual({
      layers: [{ weight: 'tree.layers[0].weight' }, { weight: 'tree.layers[1].weight' }],
      'odd key': 'tree["odd key"]',
    });
  });

  it('tell shapes', () => {
    const specs = t.shapesOf({ a: t.array([[1, 2]]), b: [t.array([1], 'int32'), t.array(1, 'float64')] });
    expect(String(specs.a)).toBe('float32[1, 2]');
    expect(specs.b.map(String)).toEqual(['int32[1]', 'float64[]']);
    expect(() => t.shapesOf({ a: { b: 3 } })).toThrow('shapesOf: tree.a.b must be an array { data, shape }');
  });

  it('makes arrays from nested lists', () => {
    expect(
      t.array(
        [
          [1, 2],
          [3, 4],
        ],
        'int32',
      ),
    ).toEqual({ data: Int32Array.of(1, 2, 3, 4), shape: [2, 2] });
    expect(t.array([], 'float64')).toEqual({ data: new Float64Array(0), shape: [0] });
    expect(t.array(3)).toEqual({ data: Float32Array.of(3), shape: [] });
    expect(() => t.array([[1, 2], [3]])).toThrow('expected shape [2, 2], got a list of length 1 at level 1');
    expect(() => t.array([[1], 2])).toThrow(ShapeError);
    expect(() => t.array([1.5], 'int32')).toThrow('array: element 0 must be of type int32, got 1.5');
    expect(() => t.array([2], 'bool')).toThrow(InvalidArgumentError);
  });
});
