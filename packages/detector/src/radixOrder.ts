const digitBits = 11;
const buckets = 1 << digitBits;

/**
 * Order that sorts rows by integer keys: by the first key, then the second, and so on; equal rows keep their order.
 *
 * Least-significant-digit radix sort over the range that each key spans; O(rows) time.
 *
 * @param keys - each [rows]
 * @returns row numbers in sorted order, [rows]
 */
export function radixOrder(keys: readonly Int32Array[], rows: number): Int32Array {
  let order = new Int32Array(rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  if (isSorted(keys, rows)) return order;

  let other = new Int32Array(rows);
  const starts = new Int32Array(buckets);
  for (let k = keys.length - 1; k >= 0; k--) {
    const key = keys[k]!;
    let least = key[0]!;
    let greatest = least;
    for (let i = 1; i < rows; i++) {
      const value = key[i]!;
      if (value < least) least = value;
      else if (value > greatest) greatest = value;
    }
    // The range may need 32 bits, and shifts count modulo 32.
    for (let shift = 0; shift < 32 && greatest - least >= 2 ** shift; shift += digitBits) {
      starts.fill(0);
      for (let i = 0; i < rows; i++) starts[((key[i]! - least) >>> shift) & (buckets - 1)]!++;
      let sum = 0;
      for (let digit = 0; digit < buckets; digit++) {
        const size = starts[digit]!;
        starts[digit] = sum;
        sum += size;
      }
      for (let i = 0; i < rows; i++) {
        const row = order[i]!;
        other[starts[((key[row]! - least) >>> shift) & (buckets - 1)]!++] = row;
      }
      [order, other] = [other, order];
    }
  }
  return order;
}

function isSorted(keys: readonly Int32Array[], rows: number): boolean {
  for (let i = 1; i < rows; i++) {
    for (let k = 0; k < keys.length; k++) {
      const step = keys[k]![i]! - keys[k]![i - 1]!;
      if (step < 0) return false;
      if (step > 0) break;
    }
  }
  return true;
}
