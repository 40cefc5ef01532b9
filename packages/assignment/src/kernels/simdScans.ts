import { compileModule } from '@pct/core/wasm';
import {
  LARGEST_COST,
  layOut,
  viewsOf,
  type CostStorage,
  type RowScans,
  type ScanLayout,
} from './rowScans.js';
import { rowScans } from './wasm/source.js';

type Scan = (...operands: number[]) => number;
type ScanName = 'readCosts' | 'smallestPositive' | 'chooseColumn' | 'startSearch' | 'relaxRow' | 'columnsAt';

const PAGE = 65536;

/** Addresses have 32 bits. */
const MOST_PAGES = 65535;

const modules = new Map<CostStorage, WebAssembly.Module | undefined>();

/** The scans for a kind of storage, compiled once; `undefined` where there is no WebAssembly with SIMD. */
function moduleFor(storage: CostStorage): WebAssembly.Module | undefined {
  if (!modules.has(storage)) modules.set(storage, compileModule(rowScans(storage)));
  return modules.get(storage);
}

/** The scans in WebAssembly with SIMD. */
export class SimdScans implements RowScans {
  readonly storage: CostStorage;
  readonly cost: Float64Array | Float32Array;
  readonly columnDuals: Float64Array;
  readonly distance: Float64Array;
  readonly columnToRow: Int32Array;
  readonly found: Int32Array;
  readonly lowest: Float64Array;
  private readonly layout: ScanLayout;
  private readonly bytes: number;
  private readonly read: Scan;
  private readonly positive: Scan;
  private readonly choose: Scan;
  private readonly start: Scan;
  private readonly relax: Scan;
  private readonly list: Scan;

  /** `undefined` where the engine cannot run them or has no memory of this size. */
  static create(entries: number, columns: number, storage: CostStorage): SimdScans | undefined {
    const module = moduleFor(storage);
    if (module === undefined) return undefined;
    const layout = layOut(entries, columns, storage === 'float64' ? 8 : 4);
    if (layout.size > MOST_PAGES * PAGE) return undefined;
    try {
      return new SimdScans(module, layout, storage);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  private constructor(module: WebAssembly.Module, layout: ScanLayout, storage: CostStorage) {
    const pages = Math.ceil(layout.size / PAGE);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const scans = exports as Record<ScanName, Scan>;
    const views = viewsOf(memory.buffer, layout, storage);
    this.storage = storage;
    this.cost = views.cost;
    this.columnDuals = views.columnDuals;
    this.distance = views.distance;
    this.columnToRow = views.columnToRow;
    this.found = views.found;
    this.lowest = views.lowest;
    this.layout = layout;
    this.bytes = storage === 'float64' ? 8 : 4;
    this.read = scans.readCosts;
    this.positive = scans.smallestPositive;
    this.choose = scans.chooseColumn;
    this.start = scans.startSearch;
    this.relax = scans.relaxRow;
    this.list = scans.columnsAt;
  }

  readCosts(from: number, to: number, columns: number): boolean {
    if (from >= to || columns === 0) return true;
    const { distance } = this.layout;
    const padded = (columns + 7) & -8;
    const bytes = this.bytes * columns;
    const start = this.rowAt(from, columns);
    const end = this.rowAt(to, columns);
    const valid = this.read(start, end, bytes, distance, distance + 8 * padded, LARGEST_COST);
    for (let j = columns; j < padded; j++) this.distance[j] = Infinity;
    return valid !== 0;
  }

  smallestPositive(rows: number, columns: number): number {
    const { cost } = this.layout;
    return this.positive(cost, cost + this.bytes * rows * columns);
  }

  chooseColumn(row: number, columns: number): number {
    const { columnDuals, columnToRow, lowest } = this.layout;
    return this.choose(this.rowAt(row, columns), columnDuals, this.endOfDuals(columns), columnToRow, lowest);
  }

  startSearch(row: number, columns: number, alone: number): number {
    const { columnDuals, distance } = this.layout;
    return this.start(this.rowAt(row, columns), columnDuals, this.endOfDuals(columns), distance, alone);
  }

  relaxRow(row: number, columns: number, reached: number, rowDual: number): number {
    const { columnDuals, distance } = this.layout;
    const end = this.endOfDuals(columns);
    return this.relax(this.rowAt(row, columns), columnDuals, end, distance, reached, rowDual);
  }

  columnsAt(columns: number, distance: number): number {
    const { distance: start, columnToRow, found } = this.layout;
    return this.list(start, start + 8 * ((columns + 7) & -8), distance, columnToRow, found);
  }

  private rowAt(row: number, columns: number): number {
    return this.layout.cost + row * columns * this.bytes;
  }

  private endOfDuals(columns: number): number {
    return this.layout.columnDuals + 8 * ((columns + 7) & -8);
  }
}
