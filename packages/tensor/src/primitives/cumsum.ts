import { checkAxis, checkElements } from '../graph/check.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import { aroundAxis } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { apply, applyOne } from '../trace/Tensor.js';

/** Options of {@link cumsum}. */
export interface CumsumOptions {
  /**
   * Whether an element is left out of its own sum.
   * @defaultValue `false`
   */
  readonly exclusive?: boolean | undefined;
  /**
   * Whether to sum from the end.
   * @defaultValue `false`
   */
  readonly reverse?: boolean | undefined;
}

/** Attributes of {@link cumsum}. */
export interface CumsumAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** Running sums. */
export const cumsumPrimitive: Primitive<CumsumAttributes> = {
  name: 'cumsum',
  infer(inputs) {
    return [{ dtype: checkElements('cumsum', inputs, 'number'), shape: inputs[0]!.shape }];
  },
  jvp: ({ attributes }, [tangent]) => [tangent && applyOne(cumsumPrimitive, [tangent], attributes)],
  vjp({ attributes }, [cotangent]) {
    const reverse = !attributes.reverse;
    return [cotangent && applyOne(cumsumPrimitive, [cotangent], { ...attributes, reverse })];
  },
  batch({ primitive, inputs, attributes }) {
    return apply(primitive, inputs, { ...attributes, axis: attributes.axis + 1 });
  },
  reference([input], { attributes: { axis, exclusive, reverse }, outputs }) {
    const { data, shape } = input!;
    const out = allocateWide(outputs[0]!.dtype, data.length);
    const [before, length, after] = aroundAxis(shape, axis);
    for (let i = 0; i < before; i++)
      for (let k = 0; k < after; k++) {
        let total = 0;
        for (let j = 0; j < length; j++) {
          const at = (i * length + (reverse ? length - 1 - j : j)) * after + k;
          if (exclusive) out[at] = total;
          total += data[at]!;
          if (!exclusive) out[at] = total;
        }
      }
    return [out];
  },
};

/**
 * Running sums along an axis.
 *
 * @param x - numbers
 * @param axis - negative ones counted from the end
 * @param options - {@link CumsumOptions}
 */
export function cumsum(x: Tensor, axis: number, options: CumsumOptions = {}): Tensor {
  const { exclusive = false, reverse = false } = options;
  return applyOne(cumsumPrimitive, [x], { axis: checkAxis('cumsum', axis, x.rank), exclusive, reverse });
}
