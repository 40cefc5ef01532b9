import type { Tensor } from '@pct/tensor';
import * as t from '@pct/tensor';
import type { Context, Operations } from '../context.js';

const INTEGERS = 'arithmetic of integers, which ours does not have';

/** Operations element by element. */
export function elementwiseOps(context: Context): Operations {
  const float =
    (fn: (x: Tensor) => Tensor) =>
    (x: unknown): unknown =>
      context.run(fn, context.tensor(x, 'float32'));
  const converted =
    (fn: (x: Tensor) => Tensor) =>
    (x: unknown): unknown =>
      context.run(fn, context.float(x));
  const number =
    (fn: (x: Tensor) => Tensor) =>
    (x: unknown): unknown =>
      context.run(fn, context.number(x));
  const binary =
    (fn: (a: Tensor, b: Tensor) => Tensor) =>
    (a: unknown, b: unknown): unknown =>
      context.run(fn, ...context.pair(a, b));
  const anyTwo =
    (fn: (a: Tensor, b: Tensor) => Tensor) =>
    (a: unknown, b: unknown): unknown =>
      context.run(fn, ...context.pair(a, b, 'tensor'));
  const truth =
    (fn: (...args: Tensor[]) => Tensor) =>
    (...args: unknown[]): unknown =>
      context.run(fn, ...args.map((arg) => context.tensor(arg, 'bool')));
  const floats =
    (fn: (a: Tensor, b: Tensor) => Tensor) =>
    (a: unknown, b: unknown): unknown => {
      const [x, y] = context.pair(a, b);
      if (x.dtype !== 'float32') context.reject(INTEGERS);
      return context.run(fn, x, y);
    };
  return {
    exp: converted(t.exp),
    expm1: float(t.expm1),
    log: float(t.log),
    log1p: float(t.log1p),
    sqrt: float(t.sqrt),
    rsqrt: float(t.rsqrt),
    sin: float(t.sin),
    cos: float(t.cos),
    tan: float(t.tan),
    tanh: float(t.tanh),
    erf: converted(t.erf),
    sigmoid: float(t.sigmoid),
    softplus: float(t.softplus),
    logSigmoid: float((x) => t.neg(t.softplus(t.neg(x)))),
    elu: float((x) => t.elu(x)),
    relu: (x: unknown) => {
      const tensor = context.tensor(x, 'float32');
      if (tensor.dtype !== 'float32') context.reject(INTEGERS);
      return context.run(t.relu, tensor);
    },
    relu6: (x: unknown) => {
      const tensor = context.tensor(x, 'float32');
      if (tensor.dtype !== 'float32') context.reject(INTEGERS);
      return context.run((y) => t.minimum(t.relu(y), 6), tensor);
    },
    floor: float(t.floor),
    reciprocal: float((x) => t.div(1, x)),
    isNaN: float(t.isNaN),
    square: number(t.square),
    abs: number(t.abs),
    neg: number(t.neg),
    sign: number(t.sign),
    leakyRelu: (x: unknown, alpha = 0.2) =>
      context.run((y) => t.maximum(y, t.mul(y, alpha)), context.float(x)),
    prelu: floats((x, alpha) => t.where(t.greater(x, 0), x, t.mul(x, alpha))),
    clipByValue: (x: unknown, low: number, high: number) =>
      context.run((y) => t.clip(y, low, high), context.number(x)),

    add: binary(t.add),
    sub: binary(t.sub),
    mul: binary(t.mul),
    div: floats(t.div),
    pow: floats(t.pow),
    maximum: binary(t.maximum),
    minimum: binary(t.minimum),
    squaredDifference: binary((a, b) => t.square(t.sub(a, b))),
    equal: anyTwo(t.equal),
    notEqual: anyTwo(t.notEqual),
    less: binary(t.less),
    lessEqual: binary(t.lessEqual),
    greater: binary(t.greater),
    greaterEqual: binary(t.greaterEqual),
    logicalAnd: truth((a, b) => t.logicalAnd(a, b)),
    logicalOr: truth((a, b) => t.logicalOr(a, b)),
    logicalNot: truth((x) => t.logicalNot(x)),
    where: (condition: unknown, a: unknown, b: unknown) =>
      context.run(t.where, context.tensor(condition, 'bool'), ...context.pair(a, b, 'tensor')),
    addN: (list: unknown) => {
      if (!Array.isArray(list)) context.reject('conversion of arguments, which tfjs does itself');
      const tensors = (list as unknown[]).map((item) => context.tensor(item));
      if (tensors.some(({ shape }) => String(shape) !== String(tensors[0]!.shape)) || tensors.length === 0)
        context.reject('checks of arguments, which tfjs does itself');
      return context.run((...all) => all.reduce(t.add), ...tensors);
    },
  };
}
