/** Activations and other functions of one array. */
import { dtypeOfOnnx } from '../arrays.js';
import { foldTensor, Known, mapKnown } from '../Known.js';
import type { OnnxValue } from '../Known.js';
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { isFloat } from '../../graph/dtype.js';
import { ONNX_TYPES } from '../../onnx/model.js';
import type { OnnxType } from '../../onnx/model.js';
import { clip, elu, gelu, isNaN, leakyRelu, tan } from '../../ops/elementwise.js';
import { abs } from '../../primitives/abs.js';
import { add } from '../../primitives/add.js';
import { cast } from '../../primitives/cast.js';
import { cos } from '../../primitives/cos.js';
import { div } from '../../primitives/div.js';
import { erf } from '../../primitives/erf.js';
import { exp } from '../../primitives/exp.js';
import { floor } from '../../primitives/floor.js';
import { greater } from '../../primitives/greater.js';
import { less } from '../../primitives/less.js';
import { log } from '../../primitives/log.js';
import { mul } from '../../primitives/mul.js';
import { neg } from '../../primitives/neg.js';
import { relu } from '../../primitives/relu.js';
import { sigmoid } from '../../primitives/sigmoid.js';
import { sign } from '../../primitives/sign.js';
import { sin } from '../../primitives/sin.js';
import { softplus } from '../../primitives/softplus.js';
import { sqrt } from '../../primitives/sqrt.js';
import { tanh } from '../../primitives/tanh.js';
import { where } from '../../primitives/where.js';
import type { Tensor } from '../../trace/Tensor.js';

/** Function of one tensor of floating point numbers. */
const unary =
  (rule: (x: Tensor, call: OnnxCall) => Tensor): Operator =>
  (call) =>
    rule(call.tensor(0), call);

const passThrough: Operator = (call) => call.value(0);

/** Elements limited by inputs, or by attributes before operator set 11. */
function limit(call: OnnxCall): Tensor {
  const x = call.tensor(0);
  const low = call.has(1) ? call.tensor(1) : call.attribute('float', 'min');
  const high = call.has(2) ? call.tensor(2) : call.attribute('float', 'max');
  const raised = low === undefined ? x : where(less(x, low), low, x);
  return high === undefined ? raised : where(greater(raised, high), high, raised);
}

function convert(call: OnnxCall): OnnxValue {
  const number = call.int('to');
  const type = (Object.keys(ONNX_TYPES) as OnnxType[]).find((name) => ONNX_TYPES[name] === number);
  if (type === undefined) throw call.unsupported(`conversion to element type ${number}`);
  const dtype = dtypeOfOnnx(type, call.context.float);
  const x = call.value(0);
  if (x instanceof Known) {
    if (dtype === x.dtype) return x;
    const known =
      dtype === 'int32' || dtype === 'bool'
        ? mapKnown('Cast', dtype, [x], (a) =>
            dtype === 'int32' ? a : typeof a === 'number' ? Number(a !== 0) : undefined,
          )
        : undefined;
    return known ?? cast(call.tensor(0), dtype);
  }
  // Sizes that were computed in floating point, such as half of a width, are known again from here on.
  const folded = dtype === 'int32' && isFloat(x.dtype) && x.rank <= 1 ? foldTensor(x) : undefined;
  return folded === undefined
    ? cast(x, dtype)
    : new Known('int32', folded.shape, Array.from(folded.data, Math.trunc));
}

/** Gaussian error linear unit, exactly or with a hyperbolic tangent. */
function gaussianLinear(x: Tensor, call: OnnxCall): Tensor {
  if (call.string('approximate', 'none') === 'none') return gelu(x);
  const inner = mul(add(x, mul(mul(x, mul(x, x)), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
}

const scaledElu = (x: Tensor, alpha: number, gamma: number): Tensor => mul(elu(x, alpha), gamma);

/** Functions of one array by operator. */
export const elementwise: Readonly<Record<string, Operator>> = {
  Identity: passThrough,
  Dropout: passThrough,
  Cast: convert,
  CastLike: (call) => cast(call.tensor(0), call.tensor(1).dtype),
  Clip: limit,
  Relu: unary(relu),
  LeakyRelu: unary((x, call) => leakyRelu(x, call.float('alpha', 0.01))),
  PRelu: (call) => {
    const x = call.tensor(0);
    return where(less(x, 0), mul(x, call.tensor(1)), x);
  },
  Elu: unary((x, call) => elu(x, call.float('alpha', 1))),
  Celu: unary((x, call) => {
    const alpha = call.float('alpha', 1);
    return mul(elu(div(x, alpha)), alpha);
  }),
  Selu: unary((x, call) =>
    // Klambauer et al. 2017, arXiv:1706.02515, eq. 14, as float32.
    scaledElu(
      x,
      call.float('alpha', 1.67326319217681884765625),
      call.float('gamma', 1.05070102214813232421875),
    ),
  ),
  Gelu: unary(gaussianLinear),
  Softplus: unary(softplus),
  Softsign: unary((x) => div(x, add(abs(x), 1))),
  Sigmoid: unary(sigmoid),
  HardSigmoid: unary((x, call) => clip(add(mul(x, call.float('alpha', 0.2)), call.float('beta', 0.5)), 0, 1)),
  HardSwish: unary((x) => mul(x, clip(add(mul(x, 1 / 6), 0.5), 0, 1))),
  Mish: unary((x) => mul(x, tanh(softplus(x)))),
  Tanh: unary(tanh),
  Erf: unary(erf),
  Exp: unary(exp),
  Log: unary(log),
  Sqrt: unary(sqrt),
  Reciprocal: unary((x) => div(1, x)),
  Sin: unary(sin),
  Cos: unary(cos),
  Tan: unary(tan),
  Sinh: unary((x) => mul(add(exp(x), neg(exp(neg(x)))), 0.5)),
  Cosh: unary((x) => mul(add(exp(x), exp(neg(x))), 0.5)),
  Floor: unary(floor),
  Ceil: unary((x) => neg(floor(neg(x)))),
  Sign: unary(sign),
  IsNaN: unary(isNaN),
  ThresholdedRelu: unary((x, call) => where(greater(x, call.float('alpha', 1)), x, 0)),
  Shrink: unary((x, call) => {
    const lambda = call.float('lambd', 0.5);
    const bias = call.float('bias', 0);
    return where(greater(x, lambda), add(x, -bias), where(less(x, -lambda), add(x, bias), 0));
  }),
};
