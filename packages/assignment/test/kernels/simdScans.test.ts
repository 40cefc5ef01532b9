import { linearSumAssignment } from '@pct/assignment';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SimdScans as Loaded } from '../../src/kernels/simdScans.js';
import { COST_TYPES, makeCosts } from '../../bench/costs.js';

/** What a page whose content security policy forbids WebAssembly has. */
const forbidden = {
  validate: (): boolean => true,
  Module: function Module(): never {
    throw new Error('blocked by policy');
  },
};

describe.each([
  ['there is no WebAssembly', undefined],
  ['there is no SIMD', { validate: (): boolean => false }],
  ['a policy forbids it', forbidden],
])('linearSumAssignment where %s', (_, webAssembly) => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('gives the same results', async () => {
    const problems = COST_TYPES.map((type) => ({ rows: 45, columns: 45, data: makeCosts(type, 45, 45, 6) }));
    const expected = problems.map((cost) => linearSumAssignment(cost));
    vi.resetModules();
    vi.stubGlobal('WebAssembly', webAssembly);
    const { SimdScans } = await import('../../src/kernels/simdScans.js');
    expect(SimdScans.create(4, 2, 'float64')).toBeUndefined();
    const plain = await import('../../src/linearSumAssignment.js');
    expect(plain.linearSumAssignment).not.toBe(linearSumAssignment);
    expect(problems.map((cost) => plain.linearSumAssignment(cost))).toEqual(expected);
  });
});

describe('SimdScans', () => {
  it('leave problems beyond the reach of WebAssembly to others', () => {
    expect(Loaded.create(2 ** 29, 2 ** 15, 'float64')).toBeUndefined();
    expect(Loaded.create(2 ** 31, 2 ** 16, 'float32')).toBeUndefined();
  });
});
