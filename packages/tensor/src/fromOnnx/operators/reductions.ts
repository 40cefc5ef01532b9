/** Reductions along axes, which are an attribute in older operator sets and an input in newer ones. */
import { Known } from '../Known.js';
import type { OnnxCall, Operator } from '../OnnxCall.js';
import { addDims, multiplyDims } from '../../graph/dim.js';
import type { Dim } from '../../graph/dim.js';
import { square } from '../../ops/elementwise.js';
import { logSumExp, mean } from '../../ops/reductions.js';
import { expandDims } from '../../ops/shapes.js';
import { abs } from '../../primitives/abs.js';
import { argmax, argmin } from '../../primitives/argmax.js';
import { cumsum } from '../../primitives/cumsum.js';
import type { ReductionOptions } from '../../primitives/factories/reduction.js';
import { log } from '../../primitives/log.js';
import { max } from '../../primitives/max.js';
import { min } from '../../primitives/min.js';
import { prod } from '../../primitives/prod.js';
import { sqrt } from '../../primitives/sqrt.js';
import { sum } from '../../primitives/sum.js';
import type { Tensor } from '../../trace/Tensor.js';

type Reduction = (x: Tensor, options: ReductionOptions) => Tensor;

function reduction(rule: Reduction, onSizes?: (a: Dim, b: Dim) => Dim): Operator {
  return (call) => {
    const axes = call.listOf('axes', 1) ?? [];
    const keepDims = call.int('keepdims', 1) === 1;
    const x = call.value(0);
    // Nothing is reduced then, but the squares or logarithms around the sum stay.
    if (axes.length === 0 && call.int('noop_with_empty_axes', 0) === 1)
      return x instanceof Known && onSizes !== undefined ? x : rule(call.tensor(0), { axes: [], keepDims });
    if (x instanceof Known && x.shape.length === 1 && x.elements.length > 0 && onSizes !== undefined)
      return new Known(x.dtype, keepDims ? [1] : [], [x.elements.reduce(onSizes)]);
    return rule(call.tensor(0), { axes: axes.length === 0 ? undefined : axes, keepDims });
  };
}

function extremeIndex(rule: typeof argmax): Operator {
  return (call) => {
    if (call.int('select_last_index', 0) === 1)
      throw call.unsupported('the last of several extreme elements');
    const axis = call.int('axis', 0);
    const index = rule(call.tensor(0), axis);
    if (call.int('keepdims', 1) === 0) return index;
    return expandDims(index, axis);
  };
}

function runningSum(call: OnnxCall): Tensor {
  const exclusive = call.int('exclusive', 0) === 1;
  return cumsum(call.tensor(0), call.number(1), { exclusive, reverse: call.int('reverse', 0) === 1 });
}

/** Reductions by operator. */
export const reductions: Readonly<Record<string, Operator>> = {
  ReduceMean: reduction(mean),
  ReduceSum: reduction(sum, addDims),
  ReduceProd: reduction(prod, multiplyDims),
  ReduceMax: reduction(max),
  ReduceMin: reduction(min),
  ReduceL1: reduction((x, options) => sum(abs(x), options)),
  ReduceL2: reduction((x, options) => sqrt(sum(square(x), options))),
  ReduceSumSquare: reduction((x, options) => sum(square(x), options)),
  ReduceLogSum: reduction((x, options) => log(sum(x, options))),
  ReduceLogSumExp: reduction(logSumExp),
  ArgMax: extremeIndex(argmax),
  ArgMin: extremeIndex(argmin),
  CumSum: runningSum,
};
