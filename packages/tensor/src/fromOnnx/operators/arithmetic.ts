/** Operators that ONNX graphs also apply to shapes: on integers known while tracing they stay known. */
import { compareDims, Known, mapKnown, quotientOfDims } from '../Known.js';
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { addDims, multiplyDims, subtractDims } from '../../graph/dim.js';
import type { Dim } from '../../graph/dim.js';
import { isFloat } from '../../graph/dtype.js';
import { square } from '../../ops/elementwise.js';
import { abs } from '../../primitives/abs.js';
import { add } from '../../primitives/add.js';
import { cast } from '../../primitives/cast.js';
import { constantValue } from '../../primitives/constant.js';
import { div } from '../../primitives/div.js';
import { equal } from '../../primitives/equal.js';
import { floor } from '../../primitives/floor.js';
import { greater } from '../../primitives/greater.js';
import { greaterEqual } from '../../primitives/greaterEqual.js';
import { less } from '../../primitives/less.js';
import { lessEqual } from '../../primitives/lessEqual.js';
import { logicalAnd } from '../../primitives/logicalAnd.js';
import { logicalNot } from '../../primitives/logicalNot.js';
import { logicalOr } from '../../primitives/logicalOr.js';
import { maximum } from '../../primitives/maximum.js';
import { minimum } from '../../primitives/minimum.js';
import { mul } from '../../primitives/mul.js';
import { neg } from '../../primitives/neg.js';
import { pow } from '../../primitives/pow.js';
import { sqrt } from '../../primitives/sqrt.js';
import { sub } from '../../primitives/sub.js';
import { where } from '../../primitives/where.js';
import type { Tensor } from '../../trace/Tensor.js';

type OnSizes = (...elements: Dim[]) => Dim | undefined;

/** An operator with a rule for sizes, used where all operands are known and the rule knows the results. */
function alsoOnSizes(
  dtype: 'int32' | 'bool' | 'last',
  compute: OnSizes,
  onTensors: (...operands: Tensor[]) => Tensor,
  fewest = compute.length,
): Operator {
  return (call) => {
    const needed = Math.max(fewest, call.inputs.length);
    const operands = Array.from({ length: needed }, (_, index) => call.value(index));
    if (operands.every((operand) => operand instanceof Known)) {
      const result = dtype === 'last' ? (operands.at(-1)?.dtype ?? 'int32') : dtype;
      const known = mapKnown(call.node.op, result, operands, compute);
      if (known !== undefined) return known;
    }
    return onTensors(...call.tensors());
  };
}

/** Operators that combine operands from the first to the last: two, or `fewest` and more. */
function folded(
  compute: (a: Dim, b: Dim) => Dim | undefined,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
  fewest = 2,
): Operator {
  return alsoOnSizes(
    'int32',
    (...elements) =>
      elements.reduce<Dim | undefined>(
        (result, element, i) =>
          i === 0 ? element : result === undefined ? undefined : compute(result, element),
        undefined,
      ),
    (...tensors) => tensors.reduce((a, b) => onTensors(a, b)),
    fewest,
  );
}

/** Comparison by the sign of the difference. */
function comparison(holds: (sign: number) => boolean, onTensors: (a: Tensor, b: Tensor) => Tensor): Operator {
  const compute: OnSizes = (a, b) => {
    const sign = compareDims(a, b);
    return sign === undefined ? undefined : Number(holds(sign));
  };
  return alsoOnSizes('bool', compute, (a, b) => onTensors(a, b));
}

/** Operator on truth values. */
function logical(
  compute: (a: Dim, b: Dim) => boolean,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
): Operator {
  return alsoOnSizes(
    'bool',
    (a, b) => Number(compute(a, b)),
    (a, b) => onTensors(a, b),
  );
}

function divide(a: Tensor, b: Tensor): Tensor {
  if (isFloat(a.dtype)) return div(a, b);
  // Whole numbers of 32 bits and their quotients rounded towards zero are exact in float64.
  return cast(div(cast(a, 'float64'), cast(b, 'float64')), a.dtype);
}

function power(call: OnnxCall): Tensor {
  const base = call.tensor(0);
  const exponent = call.tensor(1);
  const fixed = constantValue(exponent);
  // An exponent with more axes would give the result these axes.
  const simple = exponent.rank <= base.rank;
  if (fixed === 1 && simple) return base;
  if (fixed === 2 && simple) return square(base);
  if (!isFloat(base.dtype)) return cast(pow(cast(base, 'float64'), cast(exponent, 'float64')), base.dtype);
  return fixed === 0.5 && simple ? sqrt(base) : pow(base, cast(exponent, base.dtype));
}

/** Rest of a division: with the sign of the divisor, or of the dividend if the attribute fmod is set. */
function rest(call: OnnxCall): ReturnType<Operator> {
  const [a, b] = [call.value(0), call.value(1)];
  const truncated = call.int('fmod', 0) === 1;
  if (a instanceof Known && b instanceof Known) {
    const known = mapKnown('Mod', 'int32', [a, b], (x, y) => {
      if (typeof x === 'number' && typeof y === 'number' && y !== 0)
        return x - y * (truncated ? Math.trunc(x / y) : Math.floor(x / y));
      const quotient = quotientOfDims(x, y);
      return quotient === undefined ? undefined : subtractDims(x, multiplyDims(quotient, y));
    });
    if (known !== undefined) return known;
  }
  const [x, y] = [call.tensor(0), call.tensor(1)];
  const wide = isFloat(x.dtype) ? x.dtype : 'float64';
  const quotient = div(cast(x, wide), cast(y, wide));
  const whole = truncated
    ? where(less(quotient, 0), neg(floor(neg(quotient))), floor(quotient))
    : floor(quotient);
  return cast(sub(cast(x, wide), mul(whole, cast(y, wide))), x.dtype);
}

const choose =
  (sign: 1 | -1) =>
  (a: Dim, b: Dim): Dim | undefined => {
    const order = compareDims(a, b);
    return order === undefined ? undefined : order * sign >= 0 ? a : b;
  };

/** Arithmetic, comparison and choice. */
export const arithmetic: Readonly<Record<string, Operator>> = {
  Add: folded(addDims, add),
  Sum: folded(addDims, add, 1),
  Sub: folded(subtractDims, sub),
  Mul: folded(multiplyDims, mul),
  Div: folded(quotientOfDims, divide),
  Max: folded(choose(1), maximum, 1),
  Min: folded(choose(-1), minimum, 1),
  Mod: rest,
  Pow: power,
  Neg: alsoOnSizes(
    'int32',
    (a) => multiplyDims(-1, a),
    (a) => neg(a),
  ),
  Abs: alsoOnSizes(
    'int32',
    (a) => {
      const sign = compareDims(a, 0);
      return sign === undefined ? undefined : multiplyDims(sign < 0 ? -1 : 1, a);
    },
    (a) => abs(a),
  ),
  Equal: comparison((sign) => sign === 0, equal),
  Greater: comparison((sign) => sign > 0, greater),
  GreaterOrEqual: comparison((sign) => sign >= 0, greaterEqual),
  Less: comparison((sign) => sign < 0, less),
  LessOrEqual: comparison((sign) => sign <= 0, lessEqual),
  And: logical((a, b) => a !== 0 && b !== 0, logicalAnd),
  Or: logical((a, b) => a !== 0 || b !== 0, logicalOr),
  Xor: logical(
    (a, b) => a !== b,
    (a, b) => logicalNot(equal(a, b)),
  ),
  Not: alsoOnSizes(
    'bool',
    (a) => Number(a === 0),
    (a) => logicalNot(a),
  ),
  Where: alsoOnSizes(
    'last',
    (condition, a, b) => (condition === 0 ? b : a),
    (condition, a, b) => where(condition, a, b),
  ),
};
