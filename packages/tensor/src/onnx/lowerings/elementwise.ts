import type { OnnxModelBuilder } from '../builder.js';
import { convolutionWithBias } from './convolution.js';
import { lowerErf } from './erf.js';
import type { Lowering, LoweringTable } from './types.js';

/** A primitive that is one ONNX operator on the same inputs. */
const direct =
  (operator: string): Lowering =>
  (builder, _, inputs) =>
    builder.node(operator, inputs);

/** Operations element by element; operands broadcast in ONNX as in NumPy. */
export const elementwiseLowerings: LoweringTable = {
  abs: direct('Abs'),
  neg: direct('Neg'),
  sign: direct('Sign'),
  sqrt: direct('Sqrt'),
  exp: direct('Exp'),
  log: direct('Log'),
  sin: direct('Sin'),
  cos: direct('Cos'),
  tanh: direct('Tanh'),
  sigmoid: direct('Sigmoid'),
  relu: direct('Relu'),
  floor: direct('Floor'),
  add: (builder, node, inputs, context) =>
    convolutionWithBias(builder, node, inputs, context) ?? builder.node('Add', inputs),
  sub: direct('Sub'),
  mul: direct('Mul'),
  div: direct('Div'),
  pow: direct('Pow'),
  maximum: direct('Max'),
  minimum: direct('Min'),
  equal: direct('Equal'),
  less: direct('Less'),
  lessEqual: direct('LessOrEqual'),
  greater: direct('Greater'),
  greaterEqual: direct('GreaterOrEqual'),
  logicalAnd: direct('And'),
  logicalOr: direct('Or'),
  logicalNot: direct('Not'),
  identity: direct('Identity'),
  stopGradient: direct('Identity'),
  erf: lowerErf,

  cast: (builder, { inputs: [from], outputs: [to] }, [x]) => {
    const { dtype } = to!.type;
    // ONNX converts floating point numbers to int32 towards 0 and to bool by their difference from 0.
    return [from!.type.dtype === dtype ? x! : builder.cast(x!, dtype)];
  },

  where: (builder, { outputs: [output] }, [condition, a, b]) => {
    if (output!.type.dtype !== 'bool') return builder.node('Where', [condition!, a!, b!]);
    // onnxruntime chooses between numbers only.
    const [first, second] = [builder.cast(a!, 'int32'), builder.cast(b!, 'int32')];
    return [builder.cast(builder.one('Where', [condition!, first, second]), 'bool')];
  },

  // exp(x) - 1 = tanh(x / 2) (exp(x) + 1), which has no cancellation near 0.
  expm1: (builder, { outputs: [output] }, [x]) => {
    const { dtype } = output!.type;
    const half = builder.one('Mul', [x!, builder.scalar(dtype, 0.5)]);
    const sum = builder.one('Add', [builder.one('Exp', [x!]), builder.scalar(dtype, 1)]);
    return builder.node('Mul', [builder.one('Tanh', [half]), sum]);
  },

  log1p: (builder, { outputs: [output] }, [x]) => [log1p(builder, output!.type.dtype as Float, x!)],

  softplus: (builder, { outputs: [output] }, [x]) => {
    const { dtype } = output!.type;
    if (dtype === 'float32') return builder.node('Softplus', [x!]);
    // onnxruntime has no float64 kernel: max(x, 0) + log(1 + exp(-|x|)).
    const small = builder.one('Exp', [builder.one('Neg', [builder.one('Abs', [x!])])]);
    return builder.node('Add', [builder.one('Relu', [x!]), log1p(builder, 'float64', small)]);
  },
};

type Float = 'float32' | 'float64';

/**
 * log(1 + x) without cancellation: with u = 1 + x rounded, log(u) x / (u - 1), and x where u is 1.
 *
 * @see Goldberg 1991, "What every computer scientist should know about floating-point arithmetic", theorem 4
 */
function log1p(builder: OnnxModelBuilder, dtype: Float, x: string): string {
  const [zero, one] = [builder.scalar(dtype, 0), builder.scalar(dtype, 1)];
  const sum = builder.one('Add', [x, one]);
  const rounded = builder.one('Sub', [sum, one]);
  const exact = builder.one('Equal', [rounded, zero]);
  // At infinity x / (u - 1) is not a number, and the correction no longer matters far before.
  const large = builder.one('Greater', [x, builder.scalar(dtype, 2 ** 60)]);
  const ratio = builder.one('Div', [x, builder.one('Where', [exact, one, rounded])]);
  const corrected = builder.one('Mul', [
    builder.one('Log', [sum]),
    builder.one('Where', [large, one, ratio]),
  ]);
  return builder.one('Where', [exact, x, corrected]);
}
