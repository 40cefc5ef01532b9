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

/** Derivatives of a largest or smallest element: several of them get equal parts. */
export const extremeRules: Pick<ReductionRule, 'jvp' | 'vjp'> = {
  jvp({ inputs, outputs, attributes: { axes } }, [tangent]) {
    if (tangent === undefined) return [];
    const extreme = indicator(inputs[0]!, outputs[0]!, axes);
    return [div(sum(mul(extreme, tangent), { axes }), sum(extreme, { axes }))];
  },
  vjp({ inputs, outputs, attributes: { axes } }, [cotangent]) {
    if (cotangent === undefined) return [];
    const extreme = indicator(inputs[0]!, outputs[0]!, axes);
    // Divided before it is repeated: there are fewer results than elements.
    const part = div(cotangent, sum(extreme, { axes }));
    return [mul(extreme, spread(part, inputs[0]!, axes))];
  },
};

/** 1 for each element that is extreme, 0 for others. */
function indicator(x: Tensor, output: Tensor, axes: readonly number[]): Tensor {
  return cast(equal(x, spread(output, x, axes)), x.dtype);
}

function spread(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return broadcastTo(reshape(reduced, onesAt(x.shape, axes)), x.shape);
}
