import { checkInteger, checkOneOf } from '../check.js';
import { ShapeError } from '../errors.js';
import { createArena, type Arena, type KernelChoice } from './kernels/arena.js';
import { arenaLength, FIRST_ROW, rowStart, vectorStart, VECTORS } from './kernels/layout.js';
import { backwardMany, forwardMany, forwardOne } from './kernels/substitute.js';
import { checkVector, type DenseMatrix } from './matrix.js';

/** Options of {@link GrowingCholesky}. */
export interface GrowingCholeskyOptions {
  /**
   * Rows to make room for at first; the room doubles when it is used up.
   * @defaultValue `32`
   */
  readonly capacity?: number | undefined;
  /**
   * `auto` takes WebAssembly with SIMD where it is there, `plain` TypeScript only. The results differ in rounding.
   * @defaultValue `'auto'`
   */
  readonly kernels?: KernelChoice | undefined;
}

/** What can be read from a Cholesky factor L of A = L Lᵀ, n by n, and its storage; see `GrowingCholesky`. */
export abstract class PackedFactor {
  protected arena: Arena;
  protected rows = 0;
  private room: number;

  /** @param options - {@link GrowingCholeskyOptions} */
  constructor({ capacity = 32, kernels = 'auto' }: GrowingCholeskyOptions = {}) {
    checkInteger('GrowingCholesky', 'capacity', capacity, { min: 1 });
    checkOneOf('GrowingCholesky', 'kernels', kernels, ['auto', 'plain']);
    this.room = capacity;
    this.arena = createArena(arenaLength(capacity), kernels);
  }

  /** Order n of the matrix. */
  get size(): number {
    return this.rows;
  }

  /** Rows there is room for. */
  get capacity(): number {
    return this.room;
  }

  /** Which kernels are in use. */
  get kernels(): 'wasm' | 'plain' {
    return this.arena.kind;
  }

  /**
   * Solves L x = b.
   *
   * @param b - right-hand sides one after another, `[count, n]`; `[n]` is one
   * @param out - receives the solutions, `[count, n]`; may be `b` itself
   * @returns out
   * @throws {@link ShapeError} if a length does not fit · {@link InvalidArgumentError} if b is not finite
   */
  solveLower(b: ArrayLike<number>, out?: Float64Array): Float64Array {
    return this.substitute('solveLower', b, out, true, false);
  }

  /** Solves Lᵀ x = b; all else as in {@link solveLower}. */
  solveUpper(b: ArrayLike<number>, out?: Float64Array): Float64Array {
    return this.substitute('solveUpper', b, out, false, true);
  }

  /** Solves A x = b; all else as in {@link solveLower}. */
  solve(b: ArrayLike<number>, out?: Float64Array): Float64Array {
    return this.substitute('solve', b, out, true, true);
  }

  private substitute(
    name: string,
    b: ArrayLike<number>,
    out: Float64Array | undefined,
    forward: boolean,
    backward: boolean,
  ): Float64Array {
    const n = this.rows;
    const total = b?.length ?? 0;
    if (n === 0 ? total !== 0 : total % n !== 0) {
      throw new ShapeError(`${name}: b must hold a multiple of the size ${n}, got ${total} numbers`);
    }
    checkVector(name, 'b', b, total);
    if (out !== undefined && out.length !== total) {
      throw new ShapeError(`${name}: out must hold ${total} numbers as b does, got ${out.length}`);
    }
    const result = out ?? new Float64Array(total);
    const { data, tiles } = this.arena;
    const first = this.vector(0);
    for (let from = 0; from < total; from += VECTORS * n) {
      const count = Math.min(VECTORS, (total - from) / n);
      for (let v = 0; v < count; v++) {
        const at = this.vector(v);
        for (let k = 0; k < n; k++) data[at + k] = b[from + v * n + k]!;
      }
      if (forward && count === 1) forwardOne(data, tiles, n, first);
      else if (forward) forwardMany(data, tiles, n, first, this.room, count);
      if (backward) backwardMany(data, tiles, n, first, this.room, count);
      for (let v = 0; v < count; v++) {
        const at = this.vector(v);
        for (let k = 0; k < n; k++) result[from + v * n + k] = data[at + k]!;
      }
    }
    return result;
  }

  /** log det A = 2 Σ log L_ii; 0 for size 0. O(n). */
  logDeterminant(): number {
    let sum = 0;
    for (let i = 0; i < this.rows; i++) sum += Math.log(this.arena.data[rowStart(i) + i]!);
    return 2 * sum;
  }

  /** (max L_ii / min L_ii)², a lower bound of the condition number of A; 1 for size 0. O(n). */
  conditionLowerBound(): number {
    let least = Infinity;
    let most = 0;
    for (let i = 0; i < this.rows; i++) {
      const entry = this.arena.data[rowStart(i) + i]!;
      least = Math.min(least, entry);
      most = Math.max(most, entry);
    }
    return this.rows === 0 ? 1 : (most / least) ** 2;
  }

  /**
   * Entries of one row of L up to the diagonal.
   *
   * @param index - from 0 to size − 1
   * @param out - receives them; `[index + 1]` or longer
   * @returns out, `[index + 1]` if none was given
   * @throws {@link InvalidArgumentError} if there is no such row · {@link ShapeError} if out is too short
   */
  row(index: number, out?: Float64Array): Float64Array {
    checkInteger('row', 'index', index, { min: 0, max: this.rows - 1 });
    const result = out ?? new Float64Array(index + 1);
    if (result.length <= index) {
      throw new ShapeError(`row: out must hold at least ${index + 1} numbers, got ${result.length}`);
    }
    const { data } = this.arena;
    const at = rowStart(index);
    for (let k = 0; k <= index; k++) result[k] = data[at + k]!;
    return result;
  }

  /** L packed by rows, `[n (n + 1) / 2]`: entry (i, j), j <= i, is number i (i + 1) / 2 + j. A copy. */
  toPacked(): Float64Array {
    return this.arena.data.slice(FIRST_ROW, rowStart(this.rows));
  }

  /** L as a dense matrix, `[n, n]`, zero above the diagonal. */
  toLower(): DenseMatrix {
    const n = this.rows;
    const data = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.row(i, data.subarray(i * n));
    return { rows: n, columns: n, data };
  }

  /** Index of a working vector, `[capacity]`, in the arena. */
  protected vector(index: number): number {
    return vectorStart(this.room, index);
  }

  /** Makes room for some rows; working vectors lose what they hold. */
  protected reserve(rows: number): void {
    if (rows <= this.room) return;
    this.room = Math.max(rows, 2 * this.room);
    this.arena = this.arena.grow(arenaLength(this.room));
  }
}
