/** Programs that use each primitive, with what they are fed. */
import type { Dim } from '../../src/graph/dim.js';
import type { DType } from '../../src/graph/types.js';
import { abs } from '../../src/primitives/abs.js';
import { add } from '../../src/primitives/add.js';
import { after } from '../../src/primitives/after.js';
import { argmax } from '../../src/primitives/argmax.js';
import { broadcastTo } from '../../src/primitives/broadcastTo.js';
import { cast } from '../../src/primitives/cast.js';
import { concat } from '../../src/primitives/concat.js';
import { constant } from '../../src/primitives/constant.js';
import { conv2d } from '../../src/primitives/conv2d.js';
import { conv2dImageGradient } from '../../src/primitives/conv2dImageGradient.js';
import { conv2dKernelGradient } from '../../src/primitives/conv2dKernelGradient.js';
import { cos } from '../../src/primitives/cos.js';
import { cumsum } from '../../src/primitives/cumsum.js';
import { dimension } from '../../src/primitives/dimension.js';
import { div } from '../../src/primitives/div.js';
import { equal } from '../../src/primitives/equal.js';
import { erf } from '../../src/primitives/erf.js';
import { exp } from '../../src/primitives/exp.js';
import { expm1 } from '../../src/primitives/expm1.js';
import type { ConvolutionAttributes } from '../../src/primitives/factories/convolution.js';
import { flip } from '../../src/primitives/flip.js';
import { floor } from '../../src/primitives/floor.js';
import { gather } from '../../src/primitives/gather.js';
import { greater } from '../../src/primitives/greater.js';
import { greaterEqual } from '../../src/primitives/greaterEqual.js';
import { identity } from '../../src/primitives/identity.js';
import { iota } from '../../src/primitives/iota.js';
import { less } from '../../src/primitives/less.js';
import { lessEqual } from '../../src/primitives/lessEqual.js';
import { log } from '../../src/primitives/log.js';
import { log1p } from '../../src/primitives/log1p.js';
import { logicalAnd } from '../../src/primitives/logicalAnd.js';
import { logicalNot } from '../../src/primitives/logicalNot.js';
import { logicalOr } from '../../src/primitives/logicalOr.js';
import { matmul } from '../../src/primitives/matmul.js';
import { max } from '../../src/primitives/max.js';
import { maximum } from '../../src/primitives/maximum.js';
import { min } from '../../src/primitives/min.js';
import { minimum } from '../../src/primitives/minimum.js';
import { mul } from '../../src/primitives/mul.js';
import { neg } from '../../src/primitives/neg.js';
import { pad } from '../../src/primitives/pad.js';
import { pow } from '../../src/primitives/pow.js';
import { prod } from '../../src/primitives/prod.js';
import { putAlongAxis } from '../../src/primitives/putAlongAxis.js';
import type { PrimitiveName } from '../../src/primitives/registry.js';
import { relu } from '../../src/primitives/relu.js';
import { reshape } from '../../src/primitives/reshape.js';
import { segmentMax } from '../../src/primitives/segmentMax.js';
import { segmentSum } from '../../src/primitives/segmentSum.js';
import { sigmoid } from '../../src/primitives/sigmoid.js';
import { sign } from '../../src/primitives/sign.js';
import { sin } from '../../src/primitives/sin.js';
import { slice } from '../../src/primitives/slice.js';
import { softplus } from '../../src/primitives/softplus.js';
import { sqrt } from '../../src/primitives/sqrt.js';
import { stopGradient } from '../../src/primitives/stopGradient.js';
import { sub } from '../../src/primitives/sub.js';
import { sum } from '../../src/primitives/sum.js';
import { takeAlongAxis } from '../../src/primitives/takeAlongAxis.js';
import { tanh } from '../../src/primitives/tanh.js';
import { transpose } from '../../src/primitives/transpose.js';
import { where } from '../../src/primitives/where.js';
import type { Tensor } from '../../src/trace/Tensor.js';

/** Type of an argument and the range of its elements, `to` not included for integers. */
export interface Argument {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
  readonly from: number;
  readonly to: number;
}

interface Case {
  readonly fn: (...args: Tensor[]) => Tensor | readonly Tensor[];
  readonly args: readonly Argument[];
}

type Float = 'float32' | 'float64';
type MakeCase = (dtype: Float) => Case;

const ints = (to: Dim | number, ...shape: Dim[]): Argument => ({
  dtype: 'int32',
  shape,
  from: 0,
  to: Number(to),
});
const truth = (...shape: Dim[]): Argument => ({ dtype: 'bool', shape, from: 0, to: 2 });

/** A function of one array of [n, 3] with elements in a range. */
const one =
  (
    fn: (x: Tensor) => Tensor | readonly Tensor[],
    from = -2,
    to = 2,
    shape: readonly Dim[] = ['n', 3],
  ): MakeCase =>
  (dtype) => ({ fn: (x) => fn(x), args: [{ dtype, shape, from, to }] });

/** A function of [n, 3] and [m, 1, 3], which broadcast to [m, n, 3]. */
const two =
  (fn: (a: Tensor, b: Tensor) => Tensor, from = -2, to = 2): MakeCase =>
  (dtype) => ({
    fn: (a, b) => fn(a, b),
    args: [
      { dtype, shape: ['n', 3], from, to },
      { dtype, shape: ['m', 1, 3], from, to },
    ],
  });

/** A function of two integer arrays of the same shape, where equal elements are frequent. */
const whole =
  (fn: (a: Tensor, b: Tensor) => Tensor): MakeCase =>
  () => ({ fn: (a, b) => fn(a, b), args: [ints(3, 'n', 5), ints(3, 'n', 5)] });

const truths =
  (fn: (a: Tensor, b: Tensor) => Tensor): MakeCase =>
  () => ({ fn: (a, b) => fn(a, b), args: [truth('n', 8), truth(8)] });

const special = (dtype: Float): Tensor => {
  const values = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-10, -1e-10, 30, -30];
  const data = dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
  return constant({ data, shape: [values.length] });
};
/** A function of numbers at which formulas break. */
const atSpecial =
  (fn: (x: Tensor) => Tensor): MakeCase =>
  (dtype) => ({
    // The zeros of the argument keep the clean-up from computing the result beforehand.
    fn: (x) => fn(add(special(dtype), mul(x, 0))),
    args: [{ dtype, shape: [1], from: 0, to: 1 }],
  });

const convolutions: readonly {
  attributes: ConvolutionAttributes;
  images: Dim[];
  kernels: number[];
  results: Dim[];
}[] = [
  {
    attributes: { strides: [1, 1], padding: [0, 0, 0, 0], dilations: [1, 1], groups: 1 },
    images: ['n', 2, 5, 4],
    kernels: [3, 2, 3, 2],
    results: ['n', 3, 3, 3],
  },
  {
    attributes: { strides: [2, 3], padding: [1, 0, 2, 1], dilations: [1, 2], groups: 2 },
    images: ['n', 4, 6, 9],
    kernels: [6, 2, 3, 2],
    results: ['n', 6, 4, 3],
  },
  {
    // The last rows and columns are reached by no window.
    attributes: { strides: [3, 3], padding: [0, 0, 0, 0], dilations: [1, 1], groups: 3 },
    images: [2, 3, 7, 8],
    kernels: [3, 1, 2, 2],
    results: [2, 3, 2, 3],
  },
  {
    attributes: { strides: [1, 1], padding: [1, 1, 1, 1], dilations: [1, 1], groups: 1 },
    images: [2, 1, 'n', 'm'],
    kernels: [2, 1, 3, 3],
    results: [2, 2, 'n', 'm'],
  },
];
const range = (dtype: Float, shape: readonly Dim[]): Argument => ({ dtype, shape, from: -1, to: 1 });

export const cases: Readonly<Record<PrimitiveName, readonly MakeCase[]>> = {
  abs: [one(abs), atSpecial(abs)],
  add: [two(add), whole(add)],
  after: [
    (dtype) => ({
      fn: (x, y) => after([x, mul(y, 2)], [add(y, 1), x]),
      args: [range(dtype, ['n', 3]), range(dtype, [])],
    }),
    atSpecial((x) => after([x], [x])[0]!),
    () => ({
      fn: (x, i) => after([x, i], [slice(i, [[0, 0]]), logicalNot(x)]),
      args: [truth('n', 4), ints(3, 'n')],
    }),
  ],
  argmax: [one((x) => [argmax(x, 0), argmax(x, 1)]), whole((a, b) => argmax(sub(a, b), 1))],
  broadcastTo: [
    one((x) => [broadcastTo(x, [2, 'n', 3]), broadcastTo(slice(x, [null, [0, 1]]), ['n', 4])]),
    (dtype) => ({
      fn: (x, y) => [broadcastTo(x, ['n+1', 'n', 'm']), broadcastTo(y, ['2*n', 'm*n', 2])],
      args: [range(dtype, ['n', 'm']), range(dtype, [])],
    }),
  ],
  cast: [
    one((x) => [cast(x, 'int32'), cast(x, 'bool'), cast(x, 'float32'), cast(x, 'float64')], -3, 3),
    () => ({ fn: (x) => [cast(x, 'bool'), cast(x, 'float32')], args: [ints(3, 'n', 4)] }),
    () => ({ fn: (x) => [cast(x, 'int32'), cast(x, 'float64')], args: [truth('n', 4)] }),
  ],
  concat: [
    two((a, b) => concat([a, reshape(b, ['m', 3])], 0)),
    () => ({ fn: (a, b) => concat([a, b, a], 1), args: [truth('n', 2), truth('n', 1)] }),
  ],
  constant: [
    (dtype) => ({ fn: (x) => mul(x, constant(0.1, dtype)), args: [range(dtype, ['n'])] }),
    () => ({
      fn: (x) => [
        add(x, constant({ data: Int32Array.of(1, 2, 3), shape: [3] })),
        constant({ data: Uint8Array.of(1, 0), shape: [2] }),
      ],
      args: [ints(5, 'n', 3)],
    }),
  ],
  conv2d: convolutions.map(({ attributes, images, kernels }): MakeCase => (dtype) => ({
    fn: (x, k) => conv2d(x, k, attributes),
    args: [range(dtype, images), range(dtype, kernels)],
  })),
  conv2dImageGradient: convolutions.map(({ attributes, images, kernels, results }): MakeCase => (dtype) => ({
    fn: (y, k) => conv2dImageGradient(y, k, images, attributes),
    args: [range(dtype, results), range(dtype, kernels)],
  })),
  conv2dKernelGradient: convolutions.map(({ attributes, images, kernels, results }): MakeCase => (dtype) => ({
    fn: (x, y) => conv2dKernelGradient(x, y, kernels, attributes),
    args: [range(dtype, images), range(dtype, results)],
  })),
  cos: [one(cos, -9, 9)],
  cumsum: [
    one((x) => [cumsum(x, 0), cumsum(x, 1, { exclusive: true })]),
    one((x) => [cumsum(x, 1, { reverse: true }), cumsum(x, 0, { reverse: true, exclusive: true })]),
  ],
  dimension: [
    (dtype) => ({
      fn: (x) => [dimension('n', 'int32'), add(sum(x), dimension('2*n+1', dtype)), dimension('n*n-n', dtype)],
      args: [range(dtype, ['n'])],
    }),
  ],
  div: [two(div, 0.5, 2), atSpecial((x) => div(1, x))],
  equal: [two(equal), whole(equal), truths(equal), atSpecial((x) => equal(x, x))],
  erf: [one(erf, -1.2, 1.2, ['n', 40]), one(erf, -7, 7, ['n', 40]), atSpecial(erf)],
  exp: [one(exp), atSpecial(exp)],
  expm1: [one(expm1), one(expm1, -1e-4, 1e-4), atSpecial(expm1)],
  flip: [
    one((x) => [flip(x), flip(x, 0), flip(x, 1)]),
    () => ({ fn: (x) => flip(x), args: [truth('n', 3)] }),
  ],
  floor: [one(floor), atSpecial(floor)],
  gather: [
    (dtype) => ({ fn: (x, i) => gather(x, i), args: [range(dtype, [4, 2]), ints(4, 'n', 'm')] }),
    () => ({ fn: (x, i) => gather(x, i), args: [truth(3), ints(3, 'n')] }),
  ],
  greater: [two(greater), whole(greater), atSpecial((x) => greater(x, 0))],
  greaterEqual: [two(greaterEqual), whole(greaterEqual), atSpecial((x) => greaterEqual(x, 0))],
  identity: [one(identity)],
  iota: [
    (dtype) => ({
      fn: (x) => [add(x, iota('n', dtype)), iota(4), iota('2*n'), iota(0, dtype)],
      args: [range(dtype, ['n'])],
    }),
  ],
  less: [two(less), whole(less), atSpecial((x) => less(x, 0))],
  lessEqual: [two(lessEqual), whole(lessEqual), atSpecial((x) => lessEqual(x, 0))],
  log: [one(log, 0.1, 9), atSpecial(log)],
  log1p: [one(log1p, -0.9, 9), one(log1p, -1e-4, 1e-4), atSpecial(log1p)],
  logicalAnd: [truths(logicalAnd)],
  logicalNot: [truths((a) => logicalNot(a))],
  logicalOr: [truths(logicalOr)],
  matmul: [
    (dtype) => ({ fn: (a, b) => matmul(a, b), args: [range(dtype, ['n', 5]), range(dtype, [5, 'm'])] }),
    (dtype) => ({
      fn: (a, b) => [
        matmul(transpose(a), transpose(b)),
        matmul(transpose(a), a),
        matmul(b, transpose(b)),
        transpose(b),
      ],
      args: [range(dtype, [5, 'n']), range(dtype, ['m', 5])],
    }),
    (dtype) => ({
      fn: (a, b) => matmul(a, b),
      args: [range(dtype, ['n', 1, 4, 5]), range(dtype, ['m', 5, 2])],
    }),
    (dtype) => ({
      fn: (a, b) => matmul(transpose(a, [0, 2, 1]), b),
      args: [range(dtype, ['n', 5, 4]), range(dtype, [5, 2])],
    }),
    () => ({ fn: (a, b) => matmul(transpose(a), b), args: [ints(9, 3, 'n'), ints(9, 3, 4)] }),
  ],
  max: [
    one((x) => [max(x), max(x, { axes: 0 }), max(x, { axes: [1], keepDims: true })]),
    whole((a) => max(a, { axes: 1 })),
  ],
  maximum: [two(maximum), whole(maximum), atSpecial((x) => maximum(x, 0.5))],
  min: [one((x) => [min(x), min(x, { axes: 0 })]), whole((a) => min(neg(a), { axes: 1 }))],
  minimum: [two(minimum), whole(minimum), atSpecial((x) => minimum(x, 0.5))],
  mul: [two(mul), whole(mul)],
  neg: [one(neg), whole((a) => neg(a))],
  pad: [
    one((x) => [
      pad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        7,
      ),
      pad(
        x,
        [
          ['n', 0],
          [0, 'n'],
        ],
        -Infinity,
      ),
    ]),
    () => ({
      fn: (x) =>
        pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          1,
        ),
      args: [truth('n', 2)],
    }),
  ],
  pow: [
    two(pow, 0.1, 2),
    atSpecial((x) => pow(x, 2)),
    atSpecial((x) => pow(2, x)),
    atSpecial((x) => pow(x, 0.5)),
  ],
  prod: [one((x) => [prod(x), prod(x, { axes: 0 })]), whole((a) => prod(a, { axes: 1 }))],
  putAlongAxis: [
    (dtype) => ({
      fn: (x, i) => putAlongAxis(x, i, 1, 4),
      args: [range(dtype, ['n', 6]), ints(4, 'n', 6)],
    }),
    (dtype) => ({
      fn: (x, i) => putAlongAxis(x, i, 0, 'n+4'),
      args: [range(dtype, ['n', 2]), ints(4, 'n', 2)],
    }),
  ],
  relu: [one(relu), atSpecial(relu)],
  reshape: [one((x) => [reshape(x, [3, 'n']), reshape(x, ['3*n']), reshape(x, [1, 'n', 1, 3])])],
  segmentMax: [
    (dtype) => ({ fn: (x, i) => segmentMax(x, i, 5), args: [range(dtype, ['n', 3]), ints(5, 'n')] }),
    (dtype) => ({ fn: (x, i) => segmentMax(x, i, 3), args: [range(dtype, ['n', 7]), ints(3, 'n', 7)] }),
  ],
  segmentSum: [
    (dtype) => ({ fn: (x, i) => segmentSum(x, i, 5), args: [range(dtype, ['n', 3]), ints(5, 'n')] }),
    (dtype) => ({
      fn: (x, i) => segmentSum(x, i, 'm+2'),
      args: [range(dtype, ['n', 'm']), ints(3, 'n', 'm')],
    }),
    () => ({ fn: (x, i) => segmentSum(x, i, 5), args: [ints(9, 'n', 3), ints(5, 'n')] }),
  ],
  sigmoid: [one(sigmoid, -9, 9), atSpecial(sigmoid)],
  sign: [one(sign), whole((a, b) => sign(sub(a, b))), atSpecial(sign)],
  sin: [one(sin, -9, 9)],
  slice: [
    one((x) => [slice(x, [null, [1]]), slice(x, [['n-1']]), slice(x, [null, [0, 3, 2]]), slice(x, [[0, 0]])]),
    one((x) => slice(x, [null, [1, 8, 3], [-2]]), -1, 1, ['n', 9, 2]),
  ],
  softplus: [one(softplus, -9, 9), atSpecial(softplus)],
  sqrt: [one(sqrt, 0, 9), atSpecial(sqrt)],
  stopGradient: [one(stopGradient)],
  sub: [two(sub), whole(sub)],
  sum: [
    one((x) => [sum(x), sum(x, { axes: 0 }), sum(x, { axes: [0, 1], keepDims: true })]),
    whole((a) => sum(a, { axes: 1 })),
    one((x) => sum(x, { axes: [] })),
  ],
  takeAlongAxis: [
    (dtype) => ({ fn: (x, i) => takeAlongAxis(x, i, 1), args: [range(dtype, ['n', 4]), ints(4, 'n', 6)] }),
    (dtype) => ({
      fn: (x, i) => takeAlongAxis(x, i, 0),
      args: [range(dtype, [4, 'n']), ints(4, 'm', 'n')],
    }),
  ],
  tanh: [one(tanh, -9, 9), atSpecial(tanh)],
  transpose: [one((x) => transpose(x)), one((x) => transpose(x, [2, 0, 1]), -1, 1, ['n', 2, 4])],
  where: [
    (dtype) => ({
      fn: (c, a, b) => where(c, a, b),
      args: [truth('n', 3), range(dtype, [3]), range(dtype, ['m', 1, 1])],
    }),
    () => ({ fn: (c, a, b) => where(c, a, b), args: [truth('n', 3), truth(3), truth('n', 1)] }),
    () => ({ fn: (c, a, b) => where(c, a, b), args: [truth('n', 3), ints(9, 3), ints(9)] }),
  ],
};
