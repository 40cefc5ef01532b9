import {
  assemble,
  call,
  compileModule,
  define,
  doWhile,
  f32,
  f32x4,
  f64,
  f64x2,
  giveBack,
  i32,
  i32x4,
  i64x2,
  loopUntil,
  v128,
  when,
  type FunctionSource,
} from '@pct/core/wasm';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** The exported functions of a module, and the memory that they work on. */
function load(...functions: FunctionSource[]): {
  call: (name: string, ...operands: number[]) => number;
  memory: WebAssembly.Memory;
} {
  const module = compileModule(functions);
  expect(module).toBeDefined();
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(module!, { env: { memory } });
  const call = (name: string, ...operands: number[]): number =>
    (exports[name] as (...operands: number[]) => number)(...operands);
  return { call, memory };
}

describe('functions', () => {
  it('call each other, and compute with pairs and fours', () => {
    const pair = { x: 'v128' } as const;
    // 2 to the power of a whole number: its exponent, 1023 more, stands above 52 bits.
    const power = define('power', pair, 'v128', {}, ({ x }) => [
      i64x2.shiftLeft(
        i64x2.add(x.get, i64x2.sub(i64x2.constant(1024n), i64x2.constant(1n))),
        i32.constant(52),
      ),
    ]);
    const run = define('run', {}, undefined, {}, () => [
      v128.store(0, i32.constant(0), call(0, i64x2.shiftRight(i64x2.constant(16n), i32.constant(3)))),
      v128.store(16, i32.constant(0), f64x2.neg(f64x2.div(f64x2.sqrt(f64x2.constant(9)), f64x2.constant(2)))),
      v128.store(
        32,
        i32.constant(0),
        f32x4.pmin(
          f32x4.div(f32x4.constant(1), f32x4.constant(4)),
          f32x4.pmax(f32x4.constant(2), f32x4.constant(3)),
        ),
      ),
      v128.store(
        48,
        i32.constant(0),
        i32x4.shiftLeft(i32x4.add(i32x4.constant(1), i32x4.constant(2)), i32.constant(4)),
      ),
      v128.store(
        64,
        i32.constant(0),
        v128.andNot(
          f64x2.less(f64x2.constant(1), f64x2.constant(2)),
          v128.not(f64x2.greaterEqual(f64x2.constant(1), f64x2.constant(1))),
        ),
      ),
      v128.store(80, i32.constant(0), f32x4.demote(f64x2.constant(0.1))),
    ]);
    const { call: invoke, memory } = load(power, run);
    invoke('run');
    expect([...new Float64Array(memory.buffer, 0, 4)]).toEqual([4, 4, -1.5, -1.5]);
    expect([...new Float32Array(memory.buffer, 32, 4)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...new Int32Array(memory.buffer, 48, 4)]).toEqual([48, 48, 48, 48]);
    expect([...new BigInt64Array(memory.buffer, 64, 2)]).toEqual([-1n, -1n]);
    expect([...new Float32Array(memory.buffer, 80, 4)]).toEqual([Math.fround(0.1), Math.fround(0.1), 0, 0]);
  });

  it('take and give numbers of every size', () => {
    const echo = (constant: number): FunctionSource =>
      define('echo', {}, 'i32', {}, () => [i32.constant(constant)]);
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(load(echo(value)).call('echo')).toBe(value);
      }),
    );
  });

  it('loop and choose', () => {
    const sum = define('sum', { n: 'i32' }, 'i32', { k: 'i32', total: 'i32' }, ({ n, k, total }) => [
      when(i32.equal(n.get, i32.constant(99)), [giveBack(i32.constant(-1))]),
      loopUntil(i32.less(n.get, i32.add(k.get, i32.constant(1))), [
        k.set(i32.add(k.get, i32.constant(1))),
        total.set(i32.add(total.get, k.get)),
      ]),
      total.get,
    ]);
    const twice = define('twice', { n: 'i32' }, 'i32', { k: 'i32' }, ({ n, k }) => [
      doWhile([k.set(i32.add(k.get, i32.constant(2))), n.set(i32.sub(n.get, i32.constant(1)))], n.get),
      k.get,
    ]);
    const { call } = load(sum, twice);
    expect(call('sum', 10)).toBe(55);
    expect(call('sum', 0)).toBe(0);
    expect(call('sum', 99)).toBe(-1);
    expect(call('twice', 21)).toBe(42);
  });

  it('may give nothing back', () => {
    const store = define('store', { at: 'i32', value: 'f64' }, undefined, {}, ({ at, value }) => [
      f64.store(8, at.get, value.get),
    ]);
    const { call, memory } = load(store);
    expect(call('store', 16, 2.5)).toBeUndefined();
    expect(new Float64Array(memory.buffer)[3]).toBe(2.5);
  });
});

describe('lanes', () => {
  it('compare, choose and widen float32', () => {
    const pick = define('pick', {}, undefined, { a: 'v128', b: 'v128' }, ({ a, b }) => [
      a.set(v128.load(0, i32.constant(0))),
      b.set(v128.load(16, i32.constant(0))),
      v128.store(32, i32.constant(0), v128.select(a.get, b.get, f32x4.greater(a.get, b.get))),
      v128.store(48, i32.constant(0), f64x2.promoteLow(a.get)),
      v128.store(64, i32.constant(0), f64x2.promoteHigh(a.get)),
      v128.store(
        80,
        i32.constant(0),
        f32x4.mul(v128.load32Splat(4, i32.constant(0)), f32x4.sub(a.get, b.get)),
      ),
      v128.store(96, i32.constant(0), f32x4.max(f32x4.splat(f32.constant(2)), f32x4.add(a.get, b.get))),
      v128.store(112, i32.constant(0), i32x4.splat(i32.truncateF32(f32.constant(-7.9)))),
      v128.store(128, i32.constant(0), v128.constantZero),
    ]);
    const { call, memory } = load(pick);
    const numbers = new Float32Array(memory.buffer);
    numbers.set([1, -2, 3, 4, 0.5, 8, -3, 4]);
    numbers.fill(9, 32, 36);
    call('pick');
    expect([...numbers.slice(8, 12)]).toEqual([1, 8, 3, 4]);
    expect([...new Float64Array(memory.buffer, 48, 4)]).toEqual([1, -2, 3, 4]);
    expect([...numbers.slice(20, 24)]).toEqual([-1, 20, -12, -0]);
    expect([...numbers.slice(24, 28)]).toEqual([2, 6, 2, 8]);
    expect([...new Int32Array(memory.buffer, 112, 4)]).toEqual([-7, -7, -7, -7]);
    expect([...numbers.slice(32, 36)]).toEqual([0, 0, 0, 0]);
  });
});

describe('compileModule', () => {
  afterEach(() => vi.unstubAllGlobals());
  const nothing = define('nothing', {}, undefined, {}, () => []);

  it('is undefined where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(compileModule([nothing])).toBeUndefined();
  });

  it('is undefined where the engine refuses', () => {
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
      throw new WebAssembly.CompileError('refused');
    });
    expect(compileModule([nothing])).toBeUndefined();
    vi.restoreAllMocks();
  });

  it('makes what the engine calls valid', () => {
    expect(WebAssembly.validate(assemble([nothing]))).toBe(true);
  });
});
