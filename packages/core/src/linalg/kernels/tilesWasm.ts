import {
  assembleModule,
  extractLane,
  f64Add,
  f64Store,
  i32Add,
  i32Const,
  i32LessThan,
  i32ShiftLeft,
  i32Subtract,
  loadOne,
  loadPair,
  loadTwice,
  localGet,
  localSet,
  loopUntil,
  pairAdd,
  pairMultiply,
  pairSubtract,
  storeOne,
  storePair,
  type Code,
  type FunctionSource,
} from './assembler.js';
import type { Tiles } from './tiles.js';

/** Bytes of a float64, and of the pair of them that one SIMD instruction works on. */
const NUMBER = 8;
const PAIR = 16;

/** Turns parameters that count float64 into addresses. */
const toBytes = (parameters: readonly number[]): Code =>
  parameters.flatMap((p) => [...localGet(p), ...i32Const(3), ...i32ShiftLeft, ...localSet(p)]);

/** Runs `body` while at least so many numbers are left, and moves the rows and the count on by them. */
const whileLeft = (numbers: number, count: number, rows: readonly number[], body: Code): Code =>
  loopUntil(
    [...localGet(count), ...i32Const(numbers), ...i32LessThan],
    [
      body,
      ...rows.map((row) => [...localGet(row), ...i32Const(numbers * NUMBER), ...i32Add, ...localSet(row)]),
      [...localGet(count), ...i32Const(numbers), ...i32Subtract, ...localSet(count)],
    ].flat(),
  );

/**
 * Source of `tile{m}x{n}`: parameters are m row starts, n row starts, the count and where the products go, all
 * counted in float64. Each product is summed in the two lanes of one register, even k in one and odd k in the
 * other; the lanes are added at the end.
 */
function dotTile(m: number, n: number): FunctionSource {
  const rows = Array.from({ length: m + n }, (_, row) => row);
  const count = m + n;
  const out = count + 1;
  const parameters = count + 2;
  const sum = (i: number, j: number): number => parameters + i * n + j;
  const left = (i: number): number => parameters + m * n + i;
  const right = left(m);
  const products = rows.slice(0, m).flatMap((i) => rows.slice(0, n).map((j) => ({ i, j })));

  const multiplyAndAdd = (i: number, j: number): Code =>
    [
      localGet(sum(i, j)),
      localGet(left(i)),
      localGet(right),
      pairMultiply,
      pairAdd,
      localSet(sum(i, j)),
    ].flat();
  const step = (load: (offset: number) => Code, offset: number): Code =>
    [
      ...rows.slice(0, m).map((i) => [...localGet(i), ...load(offset), ...localSet(left(i))]),
      ...rows
        .slice(0, n)
        .map((j) => [
          ...[...localGet(m + j), ...load(offset), ...localSet(right)],
          ...rows.slice(0, m).flatMap((i) => multiplyAndAdd(i, j)),
        ]),
    ].flat();
  const body = [
    toBytes([...rows, out]),
    whileLeft(4, count, rows, [...step(loadPair, 0), ...step(loadPair, PAIR)]),
    whileLeft(2, count, rows, step(loadPair, 0)),
    whileLeft(1, count, rows, step(loadOne, 0)),
    ...products.map(({ i, j }) =>
      [
        localGet(out),
        ...[localGet(sum(i, j)), extractLane(0), localGet(sum(i, j)), extractLane(1), f64Add],
        f64Store((i * n + j) * NUMBER),
      ].flat(),
    ),
  ].flat();
  return { name: `tile${m}x${n}`, parameters, vectors: m * n + m + 1, body };
}

/** Source of `subtract4`: x, four rows, the count, where the four factors are. */
function subtractRows(): FunctionSource {
  const x = 0;
  const rows = [1, 2, 3, 4];
  const count = 5;
  const factors = 6;
  const factor = (row: number): number => factors + row;
  const term = (row: number, load: Code): Code =>
    [localGet(row), load, localGet(factor(row)), pairMultiply].flat();
  const step = (load: (offset: number) => Code, store: (offset: number) => Code, offset: number): Code =>
    [
      [...localGet(x), ...localGet(x), ...load(offset)],
      [...term(1, load(offset)), ...term(2, load(offset)), ...pairAdd],
      [...term(3, load(offset)), ...term(4, load(offset)), ...pairAdd],
      [...pairAdd, ...pairSubtract, ...store(offset)],
    ].flat();
  const body = [
    toBytes([x, ...rows, factors]),
    ...rows.map((row) => [...localGet(factors), ...loadTwice((row - 1) * NUMBER), ...localSet(factor(row))]),
    whileLeft(4, count, [x, ...rows], [...step(loadPair, storePair, 0), ...step(loadPair, storePair, PAIR)]),
    whileLeft(2, count, [x, ...rows], step(loadPair, storePair, 0)),
    whileLeft(1, count, [x, ...rows], step(loadOne, storeOne, 0)),
  ].flat();
  return { name: 'subtract4', parameters: 7, vectors: 4, body };
}

let compiled: WebAssembly.Module | null | undefined;

/**
 * The module of {@link wasmTiles}, compiled at the first call (some 2 kB).
 *
 * @returns null where WebAssembly or its SIMD instructions are missing or forbidden
 */
export function tilesModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(assembleModule([dotTile(2, 4), dotTile(1, 8), subtractRows()]));
    } catch {
      // No WebAssembly object, no SIMD, or a content security policy without 'wasm-unsafe-eval'.
      compiled = null;
    }
  }
  return compiled;
}

/** {@link Tiles} on the numbers in a WebAssembly memory, with SIMD instructions. */
export function wasmTiles(module: WebAssembly.Module, memory: WebAssembly.Memory): Tiles {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { tile2x4, tile1x8, subtract4 } = exports;
  return { tile2x4, tile1x8, subtract4 } as unknown as Tiles;
}
