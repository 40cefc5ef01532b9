import {
  compileModule,
  define,
  doWhile,
  f64x2,
  i32,
  i64x2,
  v128,
  type Code,
  type FunctionSource,
  type Local,
} from '@pct/core/wasm';
import { DECAY } from './decay.js';

/** Numbers that the memory has room for. */
const ROOM = 4096;
const PAGE = 65_536;
const NUMBER = 8;
const PAIR = 16;

const both = f64x2.constant;

/** Two numbers of a loop: what they were, and what may be kept in between. */
type Variables = Readonly<Record<'s' | 'a' | 'b' | 'k' | 'r' | 'e', Local>>;

/** Sets e to exp(−a); see `decay`. */
function decay({ a, b, k, r, e }: Variables): Code {
  const { largest, rounder, ln2High, ln2Low, coefficients } = DECAY;
  const [first, ...rest] = coefficients as readonly number[];
  // The rounded number has k in its lowest bits, of which the exponent of 2^(−k) needs eleven.
  const exponent = i64x2.shiftLeft(i64x2.sub(ONE_BITS, k.get), i32.constant(52));
  return [
    b.set(f64x2.pmin(a.get, both(largest))),
    k.set(f64x2.add(f64x2.mul(b.get, both(Math.LOG2E)), both(rounder))),
    e.set(f64x2.sub(k.get, both(rounder))),
    r.set(f64x2.add(f64x2.sub(f64x2.mul(e.get, both(ln2High)), b.get), f64x2.mul(e.get, both(ln2Low)))),
    e.set(both(first!)),
    ...rest.map((c) => e.set(f64x2.add(f64x2.mul(e.get, r.get), both(c)))),
    e.set(f64x2.mul(e.get, exponent)),
  ].flat();
}

/** 1023 in both lanes, as whole numbers: the exponent of 1. */
const ONE_BITS = i64x2.constant(1023n);

/** Replaces `count` numbers, at least one, from the start of the memory by what `write` makes of each; two at a time. */
function loop(
  name: string,
  write: (variables: Variables) => { readonly before: readonly Code[]; readonly result: Code },
): FunctionSource {
  const locals = { at: 'i32', s: 'v128', a: 'v128', b: 'v128', k: 'v128', r: 'v128', e: 'v128' } as const;
  return define(name, { count: 'i32' }, undefined, locals, ({ count, at, ...variables }) => {
    const { before, result } = write(variables);
    return [
      doWhile(
        [
          variables.s.set(v128.load(0, at.get)),
          ...before,
          decay(variables),
          v128.store(0, at.get, result),
          at.set(i32.add(at.get, i32.constant(PAIR))),
        ],
        i32.less(at.get, i32.mul(count.get, i32.constant(NUMBER))),
      ),
    ];
  });
}

/** √(factor s) into a. */
const root = ({ s, a }: Variables, factor: number): Code =>
  a.set(f64x2.sqrt(factor === 1 ? s.get : f64x2.mul(both(factor), s.get)));
const onePlus = (code: Code): Code => f64x2.add(both(1), code);

/** The formulas of `RADIALS`, operation by operation. */
const SOURCES: readonly FunctionSource[] = [
  loop('matern12Values', (v) => ({ before: [root(v, 1)], result: v.e.get })),
  loop('matern12Slopes', (v) => ({
    before: [root(v, 1)],
    result: v128.and(f64x2.div(f64x2.mul(both(-0.5), v.e.get), v.a.get), f64x2.greater(v.a.get, both(0))),
  })),
  loop('matern32Values', (v) => ({ before: [root(v, 3)], result: f64x2.mul(onePlus(v.a.get), v.e.get) })),
  loop('matern32Slopes', (v) => ({ before: [root(v, 3)], result: f64x2.mul(both(-1.5), v.e.get) })),
  loop('matern52Values', (v) => ({
    before: [root(v, 5)],
    result: f64x2.mul(f64x2.add(onePlus(v.a.get), f64x2.mul(both(5 / 3), v.s.get)), v.e.get),
  })),
  loop('matern52Slopes', (v) => ({
    before: [root(v, 5)],
    result: f64x2.mul(f64x2.mul(both(-5 / 6), onePlus(v.a.get)), v.e.get),
  })),
  loop('rbfValues', (v) => ({ before: [v.a.set(f64x2.mul(both(0.5), v.s.get))], result: v.e.get })),
  loop('rbfSlopes', (v) => ({
    before: [v.a.set(f64x2.mul(both(0.5), v.s.get))],
    result: f64x2.mul(both(-0.5), v.e.get),
  })),
];

/** Applies a function to the first `count` numbers of an array, in place. */
export type RadialLoop = (squared: Float64Array, count: number) => void;

/** Loops by their names, as `matern52Values`; undefined where WebAssembly or its SIMD instructions are missing. */
export function wasmRadials(): Readonly<Record<string, RadialLoop>> | undefined {
  const module = compileModule(SOURCES);
  if (module === undefined) return undefined;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((ROOM * NUMBER) / PAGE) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const room = new Float64Array(memory.buffer, 0, ROOM);
  const loops = Object.entries(exports as Record<string, (count: number) => void>).map(([name, run]) => {
    const apply: RadialLoop = (squared, count) => {
      for (let from = 0; from < count; from += ROOM) {
        const length = Math.min(ROOM, count - from);
        const part = squared.subarray(from, from + length);
        room.set(part);
        run(length);
        part.set(length === ROOM ? room : room.subarray(0, length));
      }
    };
    return [name, apply] as const;
  });
  return Object.fromEntries(loops);
}
