import type { Tensor } from '../trace/Tensor.js';
import { broadcastTo } from './broadcastTo.js';
import { equal } from './equal.js';
import type { ReductionOptions } from './factories/reduction.js';
import { applyReduction, axesOf, onesAt, reduction } from './factories/reduction.js';
import { iota } from './iota.js';
import { mul } from './mul.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { where } from './where.js';

/** Product of elements along one axis. */
export const prodPrimitive = reduction({
  name: 'prod',
  accepts: 'number',
  initial: 1,
  combine: (a, b) => a * b,
  jvp({ inputs, attributes: { axes } }, [tangent]) {
    return [tangent && sum(mul(productOfOthers(inputs[0]!, axes[0]!), tangent), { axes })];
  },
  vjp({ inputs, attributes: { axes } }, [cotangent]) {
    const { shape } = inputs[0]!;
    const others = cotangent && productOfOthers(inputs[0]!, axes[0]!);
    return [others && mul(others, broadcastTo(reshape(cotangent, onesAt(shape, axes)), shape))];
  },
});

/**
 * Product of all other elements along the axis, for each element. Dividing the whole product by the element
 * would fail at zeros; this takes n products of n elements instead.
 */
function productOfOthers(x: Tensor, axis: number): Tensor {
  const size = x.shape[axis]!;
  const square = x.shape.toSpliced(axis, 0, size);
  const behind = x.rank - axis - 1;
  const itself = equal(
    reshape(iota(size), [size, 1, ...Array<number>(behind).fill(1)]),
    reshape(iota(size), [size, ...Array<number>(behind).fill(1)]),
  );
  const repeated = broadcastTo(reshape(x, x.shape.toSpliced(axis, 0, 1)), square);
  return prod(where(itself, 1, repeated), { axes: axis + 1 });
}

/**
 * Multiplies elements along axes, all by default; 1 for none. The derivative is right at zeros too, at the
 * price of n² products for an axis of size n.
 *
 * @param x - numbers
 * @param options - {@link ReductionOptions}
 */
export function prod(x: Tensor, options: ReductionOptions = {}): Tensor {
  const axes = axesOf('prod', x, options.axes);
  // One axis at a time, the last one first, so that the others keep their place.
  const product = axes.toReversed().reduce((y, axis) => applyReduction(prodPrimitive, y, { axes: axis }), x);
  return options.keepDims === true ? reshape(product, onesAt(x.shape, axes)) : product;
}
