import type { Dim } from '../../graph/dim.js';
import { multiplyDims } from '../../graph/dim.js';
import type { Tensor } from '../../trace/Tensor.js';
import { add } from '../add.js';
import { dimension } from '../dimension.js';
import { greaterEqual } from '../greaterEqual.js';
import { iota } from '../iota.js';
import { less } from '../less.js';
import { logicalAnd } from '../logicalAnd.js';
import { mul } from '../mul.js';
import { reshape } from '../reshape.js';
import { where } from '../where.js';

/**
 * Indices [b, ...i] of rows of b arrays with n rows each, as indices of the rows of the arrays one after the other.
 * An index that is out of range stays out of range.
 */
export function joinIndices(indices: Tensor, size: Dim, rows: Dim): Tensor {
  const first = mul(iota(size), dimension(rows, 'int32'));
  const start = reshape(first, [size, ...Array<number>(indices.rank - 1).fill(1)]);
  const valid = logicalAnd(greaterEqual(indices, 0), less(indices, dimension(rows, 'int32')));
  return where(valid, add(indices, start), dimension(multiplyDims(size, rows), 'int32'));
}
