import type { Tensor } from '../../trace/Tensor.js';
import { broadcastTo } from '../broadcastTo.js';
import { cast } from '../cast.js';
import { div } from '../div.js';
import { equal } from '../equal.js';
import { mul } from '../mul.js';
import { reshape } from '../reshape.js';
import { sum } from '../sum.js';
import type { ReductionRule } from './reduction.js';
import { onesAt } from './reduction.js';

/** Derivatives of a largest or smallest element. */
export const extremeRules: Pick<ReductionRule, 'jvp' | 'vjp'> = {
  jvp({ inputs, outputs, attributes: { axes } }, [tangent]) {
    return [tangent && sum(mul(shares(inputs[0]!, outputs[0]!, axes), tangent), { axes })];
  },
  vjp({ inputs, outputs, attributes: { axes } }, [cotangent]) {
    if (cotangent === undefined) return [];
    return [mul(shares(inputs[0]!, outputs[0]!, axes), spread(cotangent, inputs[0]!, axes))];
  },
};

/** Part that each element has in the result: 1, or equal parts where several are extreme. */
function shares(x: Tensor, output: Tensor, axes: readonly number[]): Tensor {
  const extreme = cast(equal(x, spread(output, x, axes)), x.dtype);
  return div(extreme, sum(extreme, { axes, keepDims: true }));
}

function spread(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return broadcastTo(reshape(reduced, onesAt(x.shape, axes)), x.shape);
}
