import { LARGEST_COST, layOut, viewsOf, type CostStorage, type RowScans } from './rowScans.js';

/** The scans in plain TypeScript: the oracle of the others, for small problems, and where there is no SIMD. */
export class PlainScans implements RowScans {
  readonly storage: CostStorage;
  readonly cost: Float64Array | Float32Array;
  readonly columnDuals: Float64Array;
  readonly distance: Float64Array;
  readonly columnToRow: Int32Array;
  readonly found: Int32Array;
  readonly lowest: Float64Array;

  constructor(entries: number, columns: number, storage: CostStorage) {
    const layout = layOut(entries, columns, storage === 'float64' ? 8 : 4);
    const views = viewsOf(new ArrayBuffer(8 * Math.ceil(layout.size / 8)), layout, storage);
    this.storage = storage;
    this.cost = views.cost;
    this.columnDuals = views.columnDuals;
    this.distance = views.distance;
    this.columnToRow = views.columnToRow;
    this.found = views.found;
    this.lowest = views.lowest;
  }

  readCosts(from: number, to: number, columns: number): boolean {
    const { cost, distance } = this;
    for (let i = from, at = from * columns; i < to; i++) {
      for (let j = 0; j < columns; j++, at++) {
        const value = cost[at]!;
        if (!(Math.abs(value) <= LARGEST_COST || value === Infinity)) return false;
        if (value < distance[j]!) distance[j] = value;
      }
    }
    return true;
  }

  smallestPositive(rows: number, columns: number): number {
    const { cost } = this;
    let smallest = Infinity;
    for (let at = 0; at < rows * columns; at++) {
      if (cost[at]! > 0 && cost[at]! < smallest) smallest = cost[at]!;
    }
    return smallest;
  }

  chooseColumn(row: number, columns: number): number {
    const { cost, columnDuals, columnToRow, lowest } = this;
    let first = Infinity;
    let second = Infinity;
    let column = -1;
    for (let j = 0, at = row * columns; j < columns; j++, at++) {
      const reduced = cost[at]! - columnDuals[j]!;
      if (reduced > second) continue;
      if (reduced < first) {
        second = first;
        first = reduced;
        column = j;
      } else {
        second = reduced;
        if (reduced === first && column >= 0 && columnToRow[column]! >= 0 && columnToRow[j]! < 0) column = j;
      }
    }
    lowest[0] = first;
    lowest[1] = second;
    return column;
  }

  startSearch(row: number, columns: number, alone: number): number {
    const { cost, columnDuals, distance } = this;
    let least = alone;
    for (let j = 0, at = row * columns; j < columns; j++, at++) {
      const reduced = cost[at]! - columnDuals[j]!;
      distance[j] = reduced;
      if (reduced < least) least = reduced;
    }
    if (least < Infinity) for (let j = 0; j < columns; j++) distance[j] = distance[j]! - least;
    return least;
  }

  relaxRow(row: number, columns: number, reached: number, rowDual: number): number {
    const { cost, columnDuals, distance } = this;
    let least = Infinity;
    for (let j = 0, at = row * columns; j < columns; j++, at++) {
      const through = reached + (cost[at]! - columnDuals[j]! - rowDual);
      let best = distance[j]!;
      if (through < best) distance[j] = best = through;
      if (best < least) least = best;
    }
    return least;
  }

  columnsAt(columns: number, wanted: number): number {
    const { distance, columnToRow, found } = this;
    let count = 0;
    for (let j = 0; j < columns; j++) {
      if (distance[j] !== wanted) continue;
      if (columnToRow[j]! < 0) return -1 - j;
      found[count++] = j;
    }
    return count;
  }
}
