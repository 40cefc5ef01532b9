import { ShapeError } from '@pct/core';
import { broadcastShapes, checkElements } from '../graph/check.js';
import { describeTypes } from '../graph/describe.js';
import { sizeOfShape } from '../graph/dim.js';
import { allocateWide } from '../graph/dtype.js';
import type { Primitive } from '../graph/primitive.js';
import type { TensorType } from '../graph/types.js';
import { broadcastStrides, countElements, positions } from '../reference/indexing.js';
import type { Tensor } from '../trace/Tensor.js';
import { applyOne } from '../trace/Tensor.js';
import { addAll } from './factories/accumulate.js';
import type { NoAttributes } from './factories/elementwise.js';
import { reshape } from './reshape.js';
import { sumTo } from './sumTo.js';
import { swapAxes } from './transpose.js';
import { withEqualRank } from './factories/batch.js';

/** Products of matrices in the last two axes; the axes before broadcast. */
export const matmulPrimitive: Primitive<NoAttributes> = {
  name: 'matmul',
  infer(inputs) {
    const dtype = checkElements('matmul', inputs, 'number');
    const [a, b] = inputs.map(({ shape }) => shape);
    const inner = a!.at(-1);
    if (a!.length < 2 || b!.length < 2 || inner !== b!.at(-2))
      throw new ShapeError(
        `matmul: needs [..., n, k] and [..., k, m], got ${describeTypes(inputs)}${
          a!.length < 2 || b!.length < 2 ? '' : `: k is ${inner} in one and ${b!.at(-2)} in the other`
        }`,
      );
    const batch = broadcastShapes('matmul', inputs.map(batchOf));
    return [{ dtype, shape: [...batch, a!.at(-2)!, b!.at(-1)!] }];
  },
  jvp({ inputs: [a, b] }, [tangentA, tangentB]) {
    return [addAll([tangentA && matmul(tangentA, b!), tangentB && matmul(a!, tangentB)])];
  },
  vjp({ inputs: [a, b] }, [cotangent], [wantA, wantB]) {
    if (cotangent === undefined) return [];
    return [
      wantA === true ? sumTo(matmul(cotangent, swapAxes(b!, -1, -2)), a!.shape) : undefined,
      wantB === true ? sumTo(matmul(swapAxes(a!, -1, -2), cotangent), b!.shape) : undefined,
    ];
  },
  batch(applied) {
    const [a, b] = withEqualRank(applied);
    return [matmul(a!, b!)];
  },
  reference([a, b], { outputs }) {
    const { dtype, shape } = outputs[0]!;
    const out = allocateWide(dtype, countElements(shape));
    const batch = shape.slice(0, -2);
    const [n, m, k] = [shape.at(-2)!, shape.at(-1)!, a!.shape.at(-1)!];
    const atA = positions(batch, broadcastStrides(a!.shape.slice(0, -2), batch));
    const atB = positions(batch, broadcastStrides(b!.shape.slice(0, -2), batch));
    for (let i = 0; i < atA.length; i++)
      multiplyInto(
        out.subarray(i * n * m, (i + 1) * n * m),
        a!.data.subarray(atA[i]! * n * k, (atA[i]! + 1) * n * k),
        b!.data.subarray(atB[i]! * k * m, (atB[i]! + 1) * k * m),
        { n, k, m },
      );
    return [out];
  },
};

function batchOf({ dtype, shape }: TensorType): TensorType {
  return { dtype, shape: shape.slice(0, -2) };
}

function multiplyInto(
  out: { [at: number]: number },
  a: { readonly [at: number]: number },
  b: { readonly [at: number]: number },
  { n, k, m }: { readonly n: number; readonly k: number; readonly m: number },
): void {
  for (let row = 0; row < n; row++)
    for (let inner = 0; inner < k; inner++) {
      const factor = a[row * k + inner]!;
      for (let column = 0; column < m; column++) out[row * m + column]! += factor * b[inner * m + column]!;
    }
}

/**
 * Product of matrices, [..., n, k] times [..., k, m] = [..., n, m]; the axes before the last two broadcast.
 * A vector [k] counts as one row on the left and as one column on the right, and that axis is not in the
 * result.
 *
 * @throws {@link ShapeError} if k differs or the other axes do not broadcast; {@link InvalidArgumentError} if
 *   the element types differ
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 1 && b.rank >= 1) {
    const product = matmul(reshape(a, [1, ...a.shape]), b);
    return reshape(product, product.shape.toSpliced(b.rank === 1 ? -1 : -2, 1));
  }
  if (b.rank === 1) {
    const product = matmul(a, reshape(b, [...b.shape, 1]));
    return reshape(product, product.shape.slice(0, -1));
  }
  // One large product instead of many small ones, and a derivative for b that needs no sum afterwards.
  if (a.rank > 2 && b.rank === 2) {
    const rows = a.shape.slice(0, -1);
    const product = applyOne(matmulPrimitive, [reshape(a, [sizeOfShape(rows), a.shape.at(-1)!]), b], {});
    return reshape(product, [...rows, b.shape[1]!]);
  }
  return applyOne(matmulPrimitive, [a, b], {});
}
