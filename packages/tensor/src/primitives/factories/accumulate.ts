import type { Tensor } from '../../trace/Tensor.js';
import { add } from '../add.js';

/** Sum of derivatives, where undefined is zero; undefined if all are. */
export function addAll(parts: readonly (Tensor | undefined)[]): Tensor | undefined {
  let sum: Tensor | undefined;
  for (const part of parts) {
    if (part === undefined) continue;
    sum = sum === undefined ? part : add(sum, part);
  }
  return sum;
}
