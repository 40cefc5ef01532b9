import { createRng } from '@pct/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createArena } from '../../src/linalg/kernels/arena.js';
import { tilesModule } from '../../src/linalg/kernels/tilesWasm.js';

describe('tiles', () => {
  const LENGTH = 200;
  const start = fc.integer({ min: 16, max: LENGTH - 40 });

  it.each(['auto', 'plain'] as const)('give all products of the rows, %s', (choice) => {
    fc.assert(
      fc.property(
        fc.array(start, { minLength: 9, maxLength: 9 }),
        fc.nat(40),
        fc.integer(),
        (at, count, seed) => {
          const arena = createArena(LENGTH, choice);
          const rng = createRng(seed);
          for (let i = 0; i < LENGTH; i++) arena.data[i] = rng.integer(-9, 10);
          const before = arena.data.slice(8);
          // Integers: every order of summing gives the same.
          const product = (a: number, b: number) => {
            let sum = 0;
            for (let k = 0; k < count; k++) sum += arena.data[a + k]! * arena.data[b + k]!;
            return sum;
          };
          const [a0, a1, b0, b1, b2, b3, b4, b5, b6] = at;
          const wide = [b0, b1, b2, b3, b4, b5, b6, a1].map((b) => product(a0!, b!));
          arena.tiles.tile1x8(a0!, b0!, b1!, b2!, b3!, b4!, b5!, b6!, a1!, count, 0);
          expect([...arena.data.slice(0, 8)]).toEqual(wide);
          const square = [a0, a1].flatMap((a) => [b0, b1, b2, b3].map((b) => product(a!, b!)));
          arena.tiles.tile2x4(a0!, a1!, b0!, b1!, b2!, b3!, count, 0);
          expect([...arena.data.slice(0, 8)]).toEqual(square);
          expect(arena.data.slice(8)).toEqual(before);

          const x = LENGTH - 40 + (at[0]! % 2);
          const reach = Math.min(count, LENGTH - x);
          arena.data.set([1, -2, 3, -4], 0);
          const rows = [b0, b1, b2, b3].map((b) => Math.min(b!, LENGTH - 81));
          const expected = arena.data.slice();
          for (let k = 0; k < reach; k++) {
            expected[x + k]! -= rows.reduce((sum, b, j) => sum + expected[j]! * expected[b + k]!, 0);
          }
          arena.tiles.subtract4(x, rows[0]!, rows[1]!, rows[2]!, rows[3]!, reach, 0);
          expect(arena.data).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('arena', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(['auto', 'plain'] as const)('keeps its numbers when it grows, %s', (choice) => {
    const arena = createArena(10, choice);
    expect(arena.kind).toBe(choice === 'auto' ? 'wasm' : 'plain');
    arena.data.set([1, 2, 3]);
    expect(arena.grow(5)).toBe(arena);
    const larger = arena.grow(50_000);
    expect(larger.kind).toBe(arena.kind);
    expect(larger.data.length).toBeGreaterThanOrEqual(50_000);
    expect([...larger.data.slice(0, 5)]).toEqual([1, 2, 3, 0, 0]);
    // The kernels see the larger block.
    larger.data[49_990] = 5;
    larger.tiles.tile2x4(1, 49_990, 2, 2, 2, 49_990, 1, 20);
    expect([...larger.data.slice(20, 28)]).toEqual([6, 6, 6, 10, 15, 15, 15, 25]);
  });

  it('goes on without WebAssembly memory where there is none left', () => {
    expect(tilesModule()).not.toBeNull();
    vi.stubGlobal('WebAssembly', {
      ...WebAssembly,
      Memory: function Memory() {
        throw new RangeError('could not allocate memory');
      },
    });
    expect(createArena(10, 'auto').kind).toBe('plain');
  });

  it('moves out of WebAssembly memory that cannot grow', () => {
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('maximum memory size exceeded');
    });
    const arena = createArena(10, 'auto');
    arena.data.set([1, 2, 3]);
    const larger = arena.grow(20_000);
    grow.mockRestore();
    expect(larger.kind).toBe('plain');
    expect([...larger.data.slice(0, 4)]).toEqual([1, 2, 3, 0]);
  });

  it('does without SIMD', async () => {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', {
      Module: function Module() {
        throw new Error('invalid opcode');
      },
    });
    const fresh = await import('../../src/linalg/kernels/tilesWasm.js');
    expect(fresh.tilesModule()).toBeNull();
  });
});
