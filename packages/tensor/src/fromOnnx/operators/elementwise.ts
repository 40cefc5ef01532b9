/** Activations and other functions of one array. */
import { hardSigmoid, mish, selu, softsign, tanhGelu } from '../activations.js';
import { dtypeOfOnnx } from '../arrays.js';
import { foldTensor, Known, mapKnown } from '../Known.js';
import type { OnnxValue } from '../Known.js';
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { isFloat } from '../../graph/dtype.js';
import { ONNX_TYPES } from '../../onnx/model.js';
import type { OnnxType } from '../../onnx/model.js';
import { clip, elu, gelu, isNaN, leakyRelu, tan } from '../../ops/elementwise.js';
import { add } from '../../primitives/add.js';
import { abs } from '../../primitives/abs.js';
import { cast } from '../../primitives/cast.js';
import { cos } from '../../primitives/cos.js';
import { div } from '../../primitives/div.js';
import { equal } from '../../primitives/equal.js';
import { erf } from '../../primitives/erf.js';
import { exp } from '../../primitives/exp.js';
import { expm1 } from '../../primitives/expm1.js';
import { floor } from '../../primitives/floor.js';
import { greater } from '../../primitives/greater.js';
import { less } from '../../primitives/less.js';
import { log } from '../../primitives/log.js';
import { logicalAnd } from '../../primitives/logicalAnd.js';
import { logicalOr } from '../../primitives/logicalOr.js';
import { mul } from '../../primitives/mul.js';
import { neg } from '../../primitives/neg.js';
import { relu } from '../../primitives/relu.js';
import { sigmoid } from '../../primitives/sigmoid.js';
import { sign } from '../../primitives/sign.js';
import { sin } from '../../primitives/sin.js';
import { softplus } from '../../primitives/softplus.js';
import { sqrt } from '../../primitives/sqrt.js';
import { sub } from '../../primitives/sub.js';
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

/** The nearest whole numbers, even ones for halves. */
function rounded(x: Tensor): Tensor {
  const low = floor(x);
  const rest = sub(x, low);
  const isOdd = greater(sub(mul(low, 0.5), floor(mul(low, 0.5))), 0.25);
  const up = logicalOr(greater(rest, 0.5), logicalAnd(equal(rest, 0.5), isOdd));
  return where(up, add(low, 1), low);
}

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
  Selu: unary((x, call) => selu(x, call.attribute('float', 'alpha'), call.attribute('float', 'gamma'))),
  Gelu: unary((x, call) => (call.string('approximate', 'none') === 'none' ? gelu(x) : tanhGelu(x))),
  Softplus: unary(softplus),
  Softsign: unary((x) => softsign(x)),
  Sigmoid: unary(sigmoid),
  HardSigmoid: unary((x, call) =>
    hardSigmoid(x, call.attribute('float', 'alpha'), call.attribute('float', 'beta')),
  ),
  HardSwish: unary((x) => mul(x, clip(add(mul(x, 1 / 6), 0.5), 0, 1))),
  Mish: unary((x) => mish(x)),
  Tanh: unary(tanh),
  Erf: unary(erf),
  Exp: unary(exp),
  Log: unary(log),
  Sqrt: unary(sqrt),
  Reciprocal: unary((x) => div(1, x)),
  Sin: unary(sin),
  Cos: unary(cos),
  Tan: unary(tan),
  // Near 0 the exponentials would cancel.
  Sinh: unary((x) => mul(sub(expm1(x), expm1(neg(x))), 0.5)),
  Cosh: unary((x) => mul(add(exp(x), exp(neg(x))), 0.5)),
  Floor: unary(floor),
  Ceil: unary((x) => neg(floor(neg(x)))),
  Round: unary(rounded),
  Sign: unary(sign),
  IsNaN: unary(isNaN),
  IsInf: unary((x, call) => {
    const [above, below] = [call.int('detect_positive', 1), call.int('detect_negative', 1)];
    if (above === 1 && below === 1) return equal(abs(x), Infinity);
    return above === below ? less(x, -Infinity) : equal(x, above === 1 ? Infinity : -Infinity);
  }),
  ThresholdedRelu: unary((x, call) => where(greater(x, call.float('alpha', 1)), x, 0)),
  Shrink: unary((x, call) => {
    const lambda = call.float('lambd', 0.5);
    const bias = call.float('bias', 0);
    return where(greater(x, lambda), add(x, -bias), where(less(x, -lambda), add(x, bias), 0));
  }),
};
