import { categorical, createStudy, float, int, when, type Space } from '@hpo/approx-gp';
import { InvalidArgumentError } from '@pct/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpaceEncoding } from '../../src/space/SpaceEncoding.js';
import { testRng } from '../support.js';

const encode = (space: Space) => new SpaceEncoding('test', space);

const network = {
  momentum: when('optimizer', 'sgd', float(0, 0.99)),
  optimizer: categorical(['adam', 'sgd', 'none']),
  rate: when('optimizer', ['sgd', 'adam'], float(1e-4, 1, { log: true })),
  layers: int(1, 4),
  nesterov: when('schedule', true, categorical([true, false])),
  schedule: when('optimizer', ['sgd'], categorical([true, false])),
};

describe('the scales', () => {
  it('puts numbers on a linear scale and on a logarithmic one', () => {
    const space = encode({ a: float(-2, 2), b: float(1e-4, 1, { log: true }) });
    const point = space.encode({ a: 1, b: 1e-3 })!;
    expect(point[0]).toBe(0.75);
    expect(point[1]).toBeCloseTo(0.25, 15);
    expect(space.decode(Float64Array.of(0.75, 0.25))['a']).toBe(1);
    expect(space.decode(Float64Array.of(0.75, 0.25))['b']).toBeCloseTo(1e-3, 15);
  });

  it('gives every value of steps an equal share, and the ends too', () => {
    const { dimensions } = encode({ n: int(2, 8, { step: 2 }), f: float(0, 0.35, { step: 0.1 }) });
    expect(dimensions.map(({ levels, kind }) => [levels, kind])).toEqual([
      [4, 'discrete'],
      [4, 'discrete'],
    ]);
    expect([0, 0.24, 0.26, 0.5, 0.99, 1].map((u) => dimensions[0]!.decode(u))).toEqual([2, 2, 4, 6, 8, 8]);
    expect([0, 1, 2, 3].map((level) => dimensions[1]!.decode(dimensions[1]!.placeOf(level)))).toEqual([
      0, 0.1, 0.2, 0.3,
    ]);
  });

  it('gives logarithmic integers shares that shrink like their ratios', () => {
    const [dimension] = encode({ n: int(1, 100, { log: true }) }).dimensions;
    const counts = new Map<unknown, number>();
    for (let i = 0; i < 10_000; i++) {
      const value = dimension!.decode((i + 0.5) / 10_000);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    // log(1.5 / 0.5) and log(10.5 / 9.5) of log(100.5 / 0.5).
    expect(counts.get(1)! / 10_000).toBeCloseTo(Math.log(3) / Math.log(201), 3);
    expect(counts.get(10)! / 10_000).toBeCloseTo(Math.log(10.5 / 9.5) / Math.log(201), 3);
    expect(counts.size).toBe(100);
  });

  it('has one level where low is high', () => {
    const space = encode({
      a: float(3, 3),
      b: float(2, 2, { log: true }),
      c: int(7, 7),
      d: categorical(['x']),
    });
    expect(space.size).toBe(1);
    expect(space.decode(space.sample(testRng(0)))).toEqual({ a: 3, b: 2, c: 7, d: 'x' });
  });
});

describe('conditions', () => {
  it('puts parents before the parameters that depend on them', () => {
    expect(
      encode(network)
        .dimensions.map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(network).sort());
    for (const [index, { condition }] of encode(network).dimensions.entries()) {
      if (condition !== undefined) expect(condition.parent).toBeLessThan(index);
    }
  });

  it('has only the parameters that are there with the others', () => {
    const space = encode(network);
    const seen = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const params = space.decode(space.sample(testRng(i)));
      seen.add(Object.keys(params).sort().join());
      expect('momentum' in params).toBe(params['optimizer'] === 'sgd');
      expect('rate' in params).toBe(params['optimizer'] !== 'none');
      expect('nesterov' in params).toBe(params['schedule'] === true);
    }
    expect(seen.size).toBe(4);
  });

  it('refuses parameters that lack an active one or have another value', () => {
    const space = encode(network);
    expect(space.encode({ optimizer: 'none', layers: 2 })).toBeDefined();
    expect(space.encode({ optimizer: 'adam', layers: 2 })).toBeUndefined();
    expect(space.encode({ optimizer: 'none', layers: 9 })).toBeUndefined();
    expect(space.encode({ optimizer: 'other', layers: 2 })).toBeUndefined();
  });
});

describe('round trips', () => {
  // Ranges that float64 resolves.
  const bound = fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 16);
  const parameter = fc.oneof(
    fc.tuple(bound, bound).map(([a, b]) => float(Math.min(a, b), Math.max(a, b))),
    fc
      .tuple(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.double({ min: 1.001, max: 1e9, noNaN: true }))
      .map(([low, high]) => float(low, high, { log: true })),
    fc
      .tuple(bound, fc.double({ min: 0.01, max: 10, noNaN: true }), fc.integer({ min: 0, max: 50 }))
      .map(([low, step, count]) => float(low, low + step * count, { step })),
    fc
      .tuple(fc.integer({ min: -99, max: 99 }), fc.nat(200), fc.integer({ min: 1, max: 7 }))
      .map(([low, span, step]) => int(low, low + span, { step })),
    fc
      .tuple(fc.integer({ min: 1, max: 99 }), fc.nat(2000))
      .map(([low, span]) => int(low, low + span, { log: true })),
    fc
      .uniqueArray(fc.oneof(fc.string(), fc.boolean(), fc.constant(null)), { minLength: 1, maxLength: 5 })
      .map((choices) => categorical(choices)),
  );

  it('finds the same point again from the parameters of a point', () => {
    fc.assert(
      fc.property(fc.array(parameter, { minLength: 1, maxLength: 6 }), fc.nat(), (parameters, key) => {
        const space = encode(Object.fromEntries(parameters.map((entry, i) => [`p${i}`, entry])));
        const point = space.sample(testRng(key));
        const params = space.decode(point);
        const again = space.encode(params);
        expect(again).toBeDefined();
        // A second time it is the same to the last bit: what is stored decides.
        expect(space.encode(space.decode(again!))).toEqual(space.encode(space.decode(space.encode(params)!)));
        again!.forEach((coordinate, j) => expect(coordinate).toBeCloseTo(point[j]!, 6));
        expect(space.snapInPlace(again!.slice())).toEqual(again);
      }),
      { numRuns: 200 },
    );
  });
});

describe('bad spaces', () => {
  const cases: [string, () => unknown, string][] = [
    ['no parameters', () => createStudy({ space: {} }), 'space must be an object of at least one parameter'],
    [
      'something else',
      () => createStudy({ space: { a: 3 as never } }),
      'parameter "a" must come from float()',
    ],
    [
      'a hand-made range that is empty',
      () => createStudy({ space: { a: { kind: 'float', low: 2, high: 1, log: false, step: undefined } } }),
      'parameter "a": float: high must be at least low = 2, got 1',
    ],
    ['an empty range', () => float(2, 1), 'float: high must be at least low = 2, got 1'],
    ['NaN', () => float(NaN, 1), 'float: low must be a finite number, got NaN'],
    ['logarithm of zero', () => float(0, 1, { log: true }), 'low must be above 0 where log is true, got 0'],
    ['logarithm with steps', () => float(1, 2, { log: true, step: 1 }), 'step must be left out'],
    ['a step of zero', () => float(0, 2, { step: 0 }), 'step must be a finite number above 0, got 0'],
    ['half integers', () => int(0.5, 2), 'int: low must be an integer, got 0.5'],
    ['logarithmic integers from 0', () => int(0, 2, { log: true }), 'low must be 1 or more'],
    ['no choices', () => categorical([]), 'categorical: choices must be a list of at least one value'],
    [
      'a choice twice',
      () => categorical(['a', 'b', 'a']),
      'choices must be different, twice there is, got "a"',
    ],
    [
      'a choice that is an object',
      () => categorical([{} as never]),
      'strings, finite numbers, booleans or null',
    ],
    [
      'an unknown parent',
      () => createStudy({ space: { a: when('b', 1, float(0, 1)) } }),
      'parameter "a" depends on "b", which the space does not have',
    ],
    [
      'a parent that is a number',
      () => createStudy({ space: { b: float(0, 1), a: when('b', 1, float(0, 1)) } }),
      'parameter "a" depends on "b", which must be categorical',
    ],
    [
      'a value that the parent lacks',
      () => createStudy({ space: { b: categorical(['x']), a: when('b', 'y', float(0, 1)) } }),
      'parameter "a" depends on "b" being "y", which must be one of "x"',
    ],
    [
      'a circle',
      () => createStudy({ space: { a: when('b', 1, categorical([1])), b: when('a', 1, categorical([1])) } }),
      'parameter "a" depends on itself',
    ],
    [
      'a rule that allows nothing',
      () => createStudy({ space: { a: float(0, 1) }, allow: () => false }),
      'allow must allow some points',
    ],
  ];
  it.each(cases)('refuses %s', (_name, make, message) => {
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });
});
