import { allocateWide } from '../../graph/dtype.js';
import type { ElementClass } from '../../graph/check.js';
import { broadcastShapes, checkElements, sameShape } from '../../graph/check.js';
import type { Lowerings, Primitive } from '../../graph/primitive.js';
import type { TensorType } from '../../graph/types.js';
import { broadcastStrides, countElements, positions } from '../../reference/indexing.js';
import type { Tensor } from '../../trace/Tensor.js';
import { apply, applyOne } from '../../trace/Tensor.js';
import { broadcastTo } from '../broadcastTo.js';
import type { TensorLike } from '../constant.js';
import { lift } from '../constant.js';
import { sumTo } from '../sumTo.js';
import { addAll } from './accumulate.js';
import { withEqualRank } from './batch.js';

/** Attributes of primitives that have none. */
export type NoAttributes = Readonly<Record<string, never>>;

/**
 * Derivative of an elementwise operation with respect to one input, times a number per element. It is a
 * diagonal map, so one rule serves both directions.
 *
 * @param g - tangent of that input, or cotangent of the output
 * @param inputs - inputs of the operation
 * @param output - its output
 */
export type Differential = (g: Tensor, inputs: readonly Tensor[], output: Tensor) => Tensor;

/** What {@link elementwise} needs. */
export interface ElementwiseRule {
  readonly name: string;
  /** Element types that all operands may have. */
  readonly accepts: ElementClass;
  /** Whether the result is truth values; else it has the operands' element type. */
  readonly truth?: boolean | undefined;
  /** Shape rule where the operands' element types differ. */
  readonly infer?: ((inputs: readonly TensorType[]) => TensorType) | undefined;
  /** One element from one element of each operand. */
  readonly compute: (a: number, b: number, c: number) => number;
  /** One per operand, undefined for one without derivative; absent if the derivative is zero everywhere. */
  readonly differentials?: readonly (Differential | undefined)[] | undefined;
  readonly lower?: Lowerings | undefined;
}

/** Primitive that works element by element on arrays which broadcast together. */
export function elementwise(rule: ElementwiseRule): Primitive<NoAttributes> {
  const { name, accepts, truth = false, compute, differentials } = rule;
  const primitive: Primitive<NoAttributes> = {
    name,
    infer(inputs) {
      if (rule.infer !== undefined) return [rule.infer(inputs)];
      const dtype = checkElements(name, inputs, accepts);
      return [{ dtype: truth ? 'bool' : dtype, shape: broadcastShapes(name, inputs) }];
    },
    reference(inputs, { outputs }) {
      const { dtype, shape } = outputs[0]!;
      const out = allocateWide(dtype, countElements(shape));
      const [a, b, c] = inputs.map(({ data, shape: own }) => ({
        data,
        at: sameShape(own, shape) ? undefined : positions(shape, broadcastStrides(own, shape)),
      }));
      for (let i = 0; i < out.length; i++)
        out[i] = compute(
          a!.data[a!.at?.[i] ?? i]!,
          b === undefined ? 0 : b.data[b.at?.[i] ?? i]!,
          c === undefined ? 0 : c.data[c.at?.[i] ?? i]!,
        );
      return [out];
    },
    batch: (applied) => apply(applied.primitive, withEqualRank(applied), {}),
    lower: rule.lower,
    elementwise: true,
  };
  if (differentials === undefined) return primitive;
  return {
    ...primitive,
    jvp({ inputs, outputs }, tangents) {
      const output = outputs[0]!;
      const parts = differentials.map((differential, i) => {
        const tangent = tangents[i];
        if (differential === undefined || tangent === undefined) return undefined;
        return broadcastTo(differential(tangent, inputs, output), output.shape);
      });
      return [addAll(parts)];
    },
    vjp({ inputs, outputs }, [cotangent], wanted) {
      if (cotangent === undefined) return [];
      return differentials.map((differential, i) =>
        differential === undefined || wanted[i] !== true
          ? undefined
          : sumTo(differential(cotangent, inputs, outputs[0]!), inputs[i]!.shape),
      );
    },
  };
}

/** Applies an elementwise primitive to tensors and numbers. */
export function applyElementwise(
  primitive: Primitive<NoAttributes>,
  ...operands: readonly TensorLike[]
): Tensor {
  return applyOne(primitive, lift(primitive.name, operands), {});
}
