import type { TfLowering, TfLowerings, TfModule, TfTensor } from '../types.js';
import { onIntegers } from './onIntegers.js';

/** Names of the operations of tfjs with one or two operands. */
type Unary = {
  [K in keyof TfModule]: TfModule[K] extends (x: TfTensor) => TfTensor ? K : never;
}[keyof TfModule];
type Binary = {
  [K in keyof TfModule]: TfModule[K] extends (a: TfTensor, b: TfTensor) => TfTensor ? K : never;
}[keyof TfModule];

const unary = (kernel: string, name: Unary): TfLowering => ({
  kernels: [kernel],
  run: ({ tf }, [x]) => (tf[name] as (x: TfTensor) => TfTensor)(x!),
});

const binary = (kernel: string, name: Binary): TfLowering => ({
  kernels: [kernel],
  run: ({ tf }, [a, b]) => (tf[name] as (a: TfTensor, b: TfTensor) => TfTensor)(a!, b!),
});

/** Operations element by element; operands broadcast in tfjs as in NumPy. */
export const elementwiseLowerings: TfLowerings = {
  cos: unary('Cos', 'cos'),
  erf: unary('Erf', 'erf'),
  exp: unary('Exp', 'exp'),
  expm1: unary('Expm1', 'expm1'),
  floor: unary('Floor', 'floor'),
  log: unary('Log', 'log'),
  log1p: unary('Log1p', 'log1p'),
  logicalNot: unary('LogicalNot', 'logicalNot'),
  relu: unary('Relu', 'relu'),
  sigmoid: unary('Sigmoid', 'sigmoid'),
  sin: unary('Sin', 'sin'),
  softplus: unary('Softplus', 'softplus'),
  sqrt: unary('Sqrt', 'sqrt'),
  tanh: unary('Tanh', 'tanh'),
  identity: unary('Identity', 'clone'),
  stopGradient: unary('Identity', 'clone'),

  add: binary('Add', 'add'),
  sub: binary('Sub', 'sub'),
  mul: binary('Multiply', 'mul'),
  div: binary('RealDiv', 'div'),
  pow: binary('Pow', 'pow'),
  equal: binary('Equal', 'equal'),
  less: binary('Less', 'less'),
  lessEqual: binary('LessEqual', 'lessEqual'),
  greater: binary('Greater', 'greater'),
  greaterEqual: binary('GreaterEqual', 'greaterEqual'),
  logicalAnd: binary('LogicalAnd', 'logicalAnd'),
  logicalOr: binary('LogicalOr', 'logicalOr'),

  maximum: extreme('Maximum', 'maximum'),
  minimum: extreme('Minimum', 'minimum'),

  // Through float32, as some backends compute them, large integers lose their last digits.
  abs: {
    kernels: ['Abs', 'Maximum', 'Sub'],
    run: ({ tf }, [x]) =>
      x!.dtype === 'int32' ? tf.maximum(x!, tf.sub(tf.scalar(0, 'int32'), x!)) : tf.abs(x!),
  },
  neg: {
    kernels: ['Neg', 'Sub'],
    run: ({ tf }, [x]) => (x!.dtype === 'int32' ? tf.sub(tf.scalar(0, 'int32'), x!) : tf.neg(x!)),
  },

  sign: {
    kernels: ['Sign', 'Equal', 'Select'],
    run({ tf }, [x]) {
      const sign = tf.sign(x!);
      // tfjs calls the sign of NaN 0.
      return x!.dtype === 'int32' ? sign : tf.where(tf.equal(x!, x!), sign, x!);
    },
  },

  where: {
    kernels: ['Select', 'Cast'],
    run({ tf }, [condition, a, b]) {
      if (a!.dtype !== 'bool') return tf.where(condition!, a!, b!);
      return onIntegers(tf, [a!, b!], ([x, y]) => tf.where(condition!, x!, y!));
    },
  },

  cast: {
    kernels: ['Cast', 'NotEqual'],
    run({ tf, outputs: [output] }, [x]) {
      const dtype = output!.dtype as 'float32' | 'int32' | 'bool';
      // Some backends keep the lowest byte of a number instead of asking whether it differs from 0.
      return dtype === 'bool' && x!.dtype !== 'bool'
        ? tf.notEqual(x!, tf.scalar(0, x!.dtype))
        : tf.cast(x!, dtype);
    },
  },
};

/** The larger or the smaller one; NaN if either is. */
function extreme(kernel: string, name: 'maximum' | 'minimum'): TfLowering {
  return {
    kernels: [kernel, 'Equal', 'Select'],
    run({ tf }, [a, b]) {
      const result = tf[name](a!, b!);
      // A comparison in C++ takes the first operand where the second one is NaN.
      return tf.getBackend() === 'wasm' && b!.dtype === 'float32'
        ? tf.where(tf.equal(b!, b!), result, b!)
        : result;
    },
  };
}
