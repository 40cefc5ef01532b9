/** Edges whose sums are kept in float32 before they are added up in float64. */
const CHUNK = 512;

/** Ranges of rows with some hundred edges each. */
export interface RowChunks {
  /** Most edges of one row. */
  readonly longestRow: number;
  forEach(visit: (first: number, last: number) => void): void;
}

/** Cuts rows, whose edges start at `offsets`, into ranges. */
export function rowChunks(offsets: Int32Array): RowChunks {
  const bounds = [0];
  let longestRow = 0;
  let since = 0;
  for (let i = 0; i + 1 < offsets.length; i++) {
    const edges = offsets[i + 1]! - offsets[i]!;
    longestRow = Math.max(longestRow, edges);
    since += edges;
    if (since >= CHUNK || i + 2 === offsets.length) {
      bounds.push(i + 1);
      since = 0;
    }
  }
  return {
    longestRow,
    forEach(visit) {
      for (let b = 0; b + 1 < bounds.length; b++) visit(bounds[b]!, bounds[b + 1]!);
    },
  };
}

/** Cuts the edges from `start` to `end` into ranges of some hundred. */
export function edgeChunks(start: number, end: number, visit: (first: number, count: number) => void): void {
  for (let first = start; first < end; first += CHUNK) visit(first, Math.min(CHUNK, end - first));
}
