import {
  compileModule,
  define,
  loopUntil,
  type FunctionSource,
  type Local,
  type ValueType,
} from '../../wasm/assemble.js';
import type { Code } from '../../wasm/encoding.js';
import { f64, f64x2, i32, v128 } from '../../wasm/instructions.js';
import type { Tiles } from './tiles.js';

/** Bytes of a float64, and of the pair of them that one SIMD instruction works on. */
const NUMBER = 8;
const PAIR = 16;

/** Consecutive variables of one type: name0, name1, ... */
const several = <T extends ValueType>(name: string, count: number, type: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, k) => [`${name}${k}`, type]));

/** Turns parameters that count float64 into addresses. */
const toBytes = (parameters: readonly Local[]): Code =>
  parameters.flatMap((p) => p.set(i32.shiftLeft(p.get, i32.constant(3))));

/** Runs `body` while at least so many numbers are left, and moves the rows and the count on by them. */
const whileLeft = (numbers: number, count: Local, rows: readonly Local[], body: readonly Code[]): Code =>
  loopUntil(i32.less(count.get, i32.constant(numbers)), [
    ...body,
    ...rows.map((row) => row.set(i32.add(row.get, i32.constant(numbers * NUMBER)))),
    count.set(i32.sub(count.get, i32.constant(numbers))),
  ]);

/** One number in the lower lane, zero in the other. */
const storeOne = v128.store64Low;

/**
 * Source of `tile{m}x{n}`: parameters are m row starts, n row starts, the count and where the products go, all
 * counted in float64. Each product is summed in the two lanes of one register, even k in one and odd k in the
 * other; the lanes are added at the end.
 */
function dotTile(m: number, n: number): FunctionSource {
  return define(
    `tile${m}x${n}`,
    { ...several('row', m + n, 'i32'), count: 'i32', out: 'i32' },
    undefined,
    { ...several('sum', m * n, 'v128'), ...several('left', m, 'v128'), right: 'v128' },
    (variables: Readonly<Record<string, Local>>) => {
      const { count, out, right } = variables as Readonly<Record<'count' | 'out' | 'right', Local>>;
      const numbered = (name: string, length: number): Local[] =>
        Array.from({ length }, (_, k) => variables[`${name}${k}`]!);
      const rows = numbered('row', m + n);
      const left = numbered('left', m);
      const sums = numbered('sum', m * n);
      const step = (load: (offset: number, address: Code) => Code, offset: number): Code[] => [
        ...left.map((lane, i) => lane.set(load(offset, rows[i]!.get))),
        ...rows.slice(m).flatMap((row, j) => [
          right.set(load(offset, row.get)),
          ...left.map((lane, i) => {
            const sum = sums[i * n + j]!;
            return sum.set(f64x2.add(sum.get, f64x2.mul(lane.get, right.get)));
          }),
        ]),
      ];
      return [
        toBytes([...rows, out]),
        whileLeft(4, count, rows, [...step(v128.load, 0), ...step(v128.load, PAIR)]),
        whileLeft(2, count, rows, step(v128.load, 0)),
        whileLeft(1, count, rows, step(v128.load64Zero, 0)),
        ...sums.map((sum, k) =>
          f64.store(k * NUMBER, out.get, f64.add(f64x2.lane(0, sum.get), f64x2.lane(1, sum.get))),
        ),
      ];
    },
  );
}

/** Source of `subtract4`: x, four rows, the count, where the four factors are. */
function subtractRows(): FunctionSource {
  return define(
    'subtract4',
    { x: 'i32', a: 'i32', b: 'i32', c: 'i32', d: 'i32', count: 'i32', factors: 'i32' },
    undefined,
    { fa: 'v128', fb: 'v128', fc: 'v128', fd: 'v128' },
    ({ x, a, b, c, d, count, factors, fa, fb, fc, fd }) => {
      const step = (
        load: (offset: number, address: Code) => Code,
        store: (offset: number, address: Code, value: Code) => Code,
        offset: number,
      ): Code => {
        const term = (row: Local, factor: Local): Code => f64x2.mul(load(offset, row.get), factor.get);
        const terms = f64x2.add(f64x2.add(term(a, fa), term(b, fb)), f64x2.add(term(c, fc), term(d, fd)));
        return store(offset, x.get, f64x2.sub(load(offset, x.get), terms));
      };
      const rows = [x, a, b, c, d];
      return [
        toBytes([...rows, factors]),
        ...[fa, fb, fc, fd].map((factor, k) => factor.set(v128.load64Splat(k * NUMBER, factors.get))),
        whileLeft(4, count, rows, [step(v128.load, v128.store, 0), step(v128.load, v128.store, PAIR)]),
        whileLeft(2, count, rows, [step(v128.load, v128.store, 0)]),
        whileLeft(1, count, rows, [step(v128.load64Zero, storeOne, 0)]),
      ];
    },
  );
}

let compiled: WebAssembly.Module | null | undefined;

/**
 * The module of {@link wasmTiles}, compiled at the first call (some 2 kB).
 *
 * @returns null where WebAssembly or its SIMD instructions are missing or forbidden
 */
export function tilesModule(): WebAssembly.Module | null {
  compiled ??= compileModule([dotTile(2, 4), dotTile(1, 8), subtractRows()]) ?? null;
  return compiled;
}

/** {@link Tiles} on the numbers in a WebAssembly memory, with SIMD instructions. */
export function wasmTiles(module: WebAssembly.Module, memory: WebAssembly.Memory): Tiles {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { tile2x4, tile1x8, subtract4 } = exports;
  return { tile2x4, tile1x8, subtract4 } as unknown as Tiles;
}
