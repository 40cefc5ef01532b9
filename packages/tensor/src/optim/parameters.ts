import { describeValue, InvalidArgumentError, NumericalError, ShapeError } from '@pct/core';
import type { NdArray } from '../graph/types.js';

/** Elements of parameters, gradients and optimiser states. */
export type FloatArray = Float32Array | Float64Array;

/**
 * Parameters or their gradients: a flat vector, a run-time array of float32 or float64, or plain objects and
 * lists of them.
 */
export type ParameterTree =
  FloatArray | NdArray | readonly ParameterTree[] | { readonly [key: string]: ParameterTree };

function isFloatArray(value: unknown): value is FloatArray {
  return value instanceof Float32Array || value instanceof Float64Array;
}

function isNdArray(value: object): value is NdArray {
  const { data, shape } = value as Partial<NdArray>;
  return ArrayBuffer.isView(data) && Array.isArray(shape);
}

/** Elements of one array of a tree, and its path for messages. */
export interface Leaf {
  readonly path: string;
  readonly data: FloatArray;
}

/**
 * The arrays of a tree in its order. Their memory is shared, not copied.
 *
 * @param functionName - opens messages
 * @param root - name of the tree for messages
 * @throws {@link InvalidArgumentError} if something is no array of float32 or float64
 */
export function leavesOf(functionName: string, root: string, tree: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (value: unknown, path: string): void => {
    if (isFloatArray(value)) leaves.push({ path, data: value });
    else if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
      throw new InvalidArgumentError(
        `${functionName}: ${path} must hold arrays of float32 or float64, got ${describeValue(value)}`,
      );
    } else if (isNdArray(value)) visit(value.data, path);
    else for (const [key, item] of Object.entries(value)) visit(item, `${path}.${key}`);
  };
  visit(tree, root);
  return leaves;
}

/**
 * A tree of the same structure with other elements.
 *
 * @param tree - the structure
 * @param data - elements of each array, in the order of {@link leavesOf}
 */
export function withLeaves<P extends ParameterTree>(tree: P, data: readonly FloatArray[]): P {
  let next = 0;
  const visit = (value: ParameterTree): ParameterTree => {
    if (isFloatArray(value)) return data[next++]!;
    if (isNdArray(value)) return { data: data[next++]!, shape: [...value.shape] };
    if (Array.isArray(value)) return value.map(visit);
    const entries = Object.entries(value as Record<string, ParameterTree>);
    return Object.fromEntries(entries.map(([key, item]) => [key, visit(item)]));
  };
  return visit(tree) as P;
}

/**
 * Checks that gradients belong to parameters and are finite.
 *
 * @throws {@link ShapeError} if they have other arrays or lengths than the parameters
 * @throws {@link NumericalError} if one is NaN or infinite; nothing has been changed then
 */
export function checkGradients(
  functionName: string,
  gradients: readonly Leaf[],
  parameters: readonly Leaf[],
): void {
  if (gradients.length !== parameters.length) {
    throw new ShapeError(
      `${functionName}: gradients must have ${parameters.length} arrays like the parameters, got ${gradients.length}`,
    );
  }
  gradients.forEach(({ path, data }, index) => {
    const { path: wanted, data: like } = parameters[index]!;
    if (data.length !== like.length) {
      throw new ShapeError(
        `${functionName}: ${path} must have ${like.length} elements like ${wanted}, got ${data.length}`,
      );
    }
    // Zero times NaN or infinity is NaN, so one sum tells whether all elements are finite.
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
    if (sum !== 0) {
      const at = data.findIndex((value) => !Number.isFinite(value));
      throw new NumericalError(
        `${functionName}: gradients must be finite, but element ${at} of ${path} is ${data[at]}; lower the learning rate or clip the gradients`,
      );
    }
  });
}
