import { createRng, InvalidArgumentError, ShapeError, type ParameterBlock } from '@pct/core';
import { parameterBlocks, zeros } from '@pct/tensor';
import {
  cosines,
  descentDirection,
  directionBetween,
  eigenDirections,
  normalizeDirection,
  orthogonalize,
  planeThrough,
  pointOnPath,
  linePath,
  randomDirections,
  sampleSurface,
  type Direction,
} from '@viz/gradvis';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bowl } from '../fixtures/objectives.mjs';

const length = (values: Iterable<number>) => Math.hypot(...values);
const normals = (size: number, seed: number) => createRng(seed).fillNormal(new Float64Array(size));

/** A convolution [out 3, in 2, 2, 2], a dense layer [in 4, out 3], biases and a normalisation. */
const blocks = parameterBlocks({
  conv: { kernel: zeros([3, 2, 2, 2]), bias: zeros([3]) },
  dense: { weight: zeros([4, 3]), bias: zeros([3]) },
  norm: { scale: zeros([3]), offset: zeros([3]) },
});
const size = 24 + 3 + 12 + 3 + 6;
const named = (name: string): ParameterBlock => blocks.find((block) => block.name === name)!;

/** Elements of each filter, by nested indices as the layouts are documented. */
function filters(vector: Float64Array): number[][] {
  const conv = named('conv.kernel').offset;
  const dense = named('dense.weight').offset;
  return [
    ...[0, 1, 2].map((out) => Array.from({ length: 8 }, (_, k) => vector[conv + 8 * out + k]!)),
    ...[0, 1, 2].map((out) => [0, 1, 2, 3].map((input) => vector[dense + 3 * input + out]!)),
  ];
}

describe('normalizeDirection', () => {
  it('gives every filter the length of the filter of the parameters, along its own direction', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [direction, parameters] = [normals(size, seed), normals(size, seed + 1)];
        const result = normalizeDirection(direction, parameters, blocks);
        const wanted = filters(parameters);
        const given = filters(direction);
        filters(result).forEach((filter, i) => {
          expect(length(filter)).toBeCloseTo(length(wanted[i]!), 12);
          const factor = filter[0]! / given[i]![0]!;
          filter.forEach((value, k) => expect(value).toBeCloseTo(factor * given[i]![k]!, 10));
        });
        for (const name of ['conv.bias', 'dense.bias', 'norm.scale', 'norm.offset'])
          expect([...result.subarray(named(name).offset, named(name).offset + 3)]).toEqual([0, 0, 0]);
      }),
      { numRuns: 20 },
    );
  });

  it('copies or scales small arrays if told to', () => {
    const [direction, parameters] = [normals(size, 1), normals(size, 2)];
    const bias = (vector: Float64Array) => vector.slice(24, 27);
    const copied = normalizeDirection(direction, parameters, blocks, { smallArrays: 'copy' });
    expect(bias(copied)).toEqual(bias(parameters));
    const scaled = bias(normalizeDirection(direction, parameters, blocks, { smallArrays: 'scale' }));
    expect(length(scaled)).toBeCloseTo(length(bias(parameters)), 12);
    expect(scaled[0]! / scaled[1]!).toBeCloseTo(direction[24]! / direction[25]!, 10);
  });

  it('takes the first axis as that of outputs for weights of PyTorch', () => {
    const options = { outputAxis: () => 0 };
    const parameters = normals(size, 2);
    const result = normalizeDirection(normals(size, 1), parameters, blocks, options);
    const row = (vector: Float64Array) => vector.subarray(27 + 3, 27 + 6);
    expect(length(row(result))).toBeCloseTo(length(row(parameters)), 12);
  });

  it('normalises by layer, by weight, by model, or not at all', () => {
    const [direction, parameters] = [normals(size, 1), normals(size, 2)];
    const by = (normalization: 'layer' | 'weight' | 'model' | 'none') =>
      normalizeDirection(direction, parameters, blocks, { normalization });
    const dense = (vector: Float64Array) => vector.subarray(27, 39);
    expect(length(dense(by('layer')))).toBeCloseTo(length(dense(parameters)), 12);
    expect(by('weight')[30]).toBe(direction[30]! * parameters[30]!);
    expect(by('weight')[24]).toBe(0);
    expect(length(by('model'))).toBeCloseTo(length(parameters), 12);
    expect(by('none')).toEqual(direction);
    expect(by('none')).not.toBe(direction);
  });

  it('makes filters zero where parameters or direction are', () => {
    const [direction, parameters] = [normals(size, 1), normals(size, 2)];
    parameters.fill(0, 0, 8);
    direction.fill(0, 8, 16);
    const result = normalizeDirection(direction, parameters, blocks);
    expect(result.subarray(0, 16).every((value) => value === 0)).toBe(true);
    expect(result.every(Number.isFinite)).toBe(true);
  });

  it('refuses blocks that are missing or belong to something else', () => {
    const vector = normals(size, 1);
    expect(() => normalizeDirection(vector, vector, undefined)).toThrow(
      'normalizeDirection: this normalisation needs to know which arrays the parameters are',
    );
    expect(normalizeDirection(vector, vector, undefined, { normalization: 'model' })).toHaveLength(size);
    expect(() => normalizeDirection(vector, vector, blocks.slice(1))).toThrow('must start at 0');
    expect(() => normalizeDirection(vector, vector, blocks.slice(0, 2))).toThrow(
      `the blocks must have ${size} elements together, got 27`,
    );
    expect(() => normalizeDirection(vector, vector.slice(1), blocks)).toThrow(ShapeError);
    expect(() => normalizeDirection(vector, vector, blocks, { outputAxis: () => 4 })).toThrow(
      'outputAxis of conv.kernel must be an integer from 0 to 3',
    );
    const wrong = { normalization: 'filters' as never };
    expect(() => normalizeDirection(vector, vector, blocks, wrong)).toThrow('normalization must be one of');
  });
});

/** |ReLU(x W1)| W2 of a network without biases, mean squared error: blocks [in, out]. */
function reluNetwork(inputs: number, hidden: number, outputs: number) {
  const x = normals(20 * inputs, 5);
  const y = normals(20 * outputs, 6);
  const second = inputs * hidden;
  return {
    size: second + hidden * outputs,
    blocks: parameterBlocks([zeros([inputs, hidden]), zeros([hidden, outputs])]),
    loss(w: Float64Array): number {
      let sum = 0;
      for (let n = 0; n < 20; n++) {
        const units = Array.from({ length: hidden }, (_, j) => {
          let unit = 0;
          for (let i = 0; i < inputs; i++) unit += x[n * inputs + i]! * w[i * hidden + j]!;
          return Math.max(0, unit);
        });
        for (let o = 0; o < outputs; o++) {
          const output = units.reduce((s, unit, j) => s + unit * w[second + j * outputs + o]!, 0);
          sum += (output - y[n * outputs + o]!) ** 2;
        }
      }
      return sum / 20;
    },
  };
}

describe('randomDirections', () => {
  it('are invariant to the scale of layers, and without normalisation are not', async () => {
    const network = reluNetwork(4, 6, 3);
    const parameters = normals(network.size, 3);
    const rescaled = parameters.map((value, k) => (k < 24 ? 10 * value : value / 10));
    const surfaceAt = async (at: Float64Array, normalization: 'filter' | 'none') => {
      const axes = randomDirections(network, at, 2, { rng: 7, normalization });
      return (
        await sampleSurface(
          network,
          at,
          axes.map((axis) => ({ ...axis, points: 5 })),
        )
      ).values;
    };
    const [one, other] = [await surfaceAt(parameters, 'filter'), await surfaceAt(rescaled, 'filter')];
    one.forEach((value, i) => expect(Math.abs(other[i]! / value - 1)).toBeLessThan(1e-12));
    const [plain, changed] = [await surfaceAt(parameters, 'none'), await surfaceAt(rescaled, 'none')];
    expect(Math.max(...plain.map((value, i) => Math.abs(changed[i]! / value - 1)))).toBeGreaterThan(1);
  });

  it('come from the seed, each from a stream of its own, and say how they were made', () => {
    const objective = { size, blocks };
    const at = normals(size, 3);
    const [first, second] = randomDirections(objective, at, 2, { rng: 7 });
    expect(randomDirections(objective, at, 1, { rng: 7 })[0]).toEqual(first);
    expect(first!.direction).not.toEqual(second!.direction);
    expect(randomDirections(objective, at, 1, { rng: 8 })[0]!.direction).not.toEqual(first!.direction);
    expect(second).toMatchObject({
      name: 'random 2 (filter-normalised)',
      made: {
        createdBy: 'randomDirections',
        normalization: 'filter',
        smallArrays: 'zero',
        seed: 7,
        index: 1,
      },
    });
    expect(first!.direction.slice(0, 3)).toMatchInlineSnapshot(`
      Float64Array [
        0.4552368693081574,
        -1.482615763258233,
        -0.6522936666683165,
      ]
    `);
  });

  it('move only what they may', () => {
    const objective = { size, blocks };
    const only = ({ name }: ParameterBlock) => name === 'dense.weight';
    const [{ direction }] = randomDirections(objective, normals(size, 3), 1, { only }) as [Direction];
    expect([...direction.keys()].filter((k) => direction[k] !== 0)).toEqual(
      Array.from({ length: 12 }, (_, k) => 27 + k),
    );
    expect(() => randomDirections(objective, normals(size, 3), 1, { only: () => false })).toThrow(
      'randomDirections: direction 1 must not be zero',
    );
    expect(() => randomDirections(objective, new Float64Array(size), 1)).toThrow('are the parameters zero');
  });
});

describe('directions between points', () => {
  it('lead from one to the other', () => {
    const { direction } = directionBetween(Float64Array.of(1, 2), Float64Array.of(4, 0));
    expect([...direction]).toEqual([3, -2]);
    expect(() => directionBetween(direction, direction)).toThrow('a and b must differ');
    expect(() => directionBetween(direction, new Float64Array(3))).toThrow(ShapeError);
  });

  it('span the plane of three points, whose corners have the losses of the points', async () => {
    const objective = bowl({ curvatures: [1, 2, 3, 4, 5], waves: 0.1 });
    const points = [1, 2, 3].map((seed) => normals(5, seed)) as [Float64Array, Float64Array, Float64Array];
    const { origin, axes, corners } = planeThrough(...points);
    expect(origin).toEqual(points[0]);
    expect(cosines(axes)[1]).toBeCloseTo(0, 14);
    axes.forEach(({ direction }) => expect(length(direction)).toBeCloseTo(1, 14));
    expect(corners[5]).toBeGreaterThan(0);
    for (const [i, point] of points.entries()) {
      const [u, v] = [corners[2 * i]!, corners[2 * i + 1]!];
      const there = origin.map((o, k) => o + u * axes[0].direction[k]! + v * axes[1].direction[k]!);
      there.forEach((value, k) => expect(value).toBeCloseTo(point[k]!, 13));
    }
    const line = await sampleSurface(objective, origin, [{ ...axes[0], range: [0, corners[2]!], points: 2 }]);
    expect(line.values[0]).toBe(await objective.loss(points[0]));
    expect(line.values[1]).toBeCloseTo(await objective.loss(points[1]), 11);
  });

  it('refuse three points on a line', () => {
    const [a, b] = [Float64Array.of(1, 2, 3), Float64Array.of(2, 0, 1)];
    const between = pointOnPath(linePath(a, b), 0.3);
    expect(() => planeThrough(a, b, between)).toThrow('planeThrough: a, b and c must not lie on one line');
    expect(() => planeThrough(a, a, b)).toThrow(InvalidArgumentError);
    expect(() => planeThrough(a, b, a)).toThrow(InvalidArgumentError);
  });
});

describe('eigenvectors and gradients', () => {
  it('become directions', async () => {
    const pairs = {
      kind: 'eigenpairs' as const,
      matrix: 'hessian' as const,
      values: Float64Array.of(3.14159, -1),
      residuals: new Float64Array(2),
      vectors: [Float64Array.of(0, 1), Float64Array.of(1, 0)],
      converged: Uint8Array.of(1, 1),
      provenance: { createdBy: '', version: '', settings: {} },
    };
    expect(eigenDirections(pairs)[0]).toMatchObject({
      name: 'eigenvector 1 (λ = 3.142)',
      direction: pairs.vectors[0],
    });
    expect(() => eigenDirections(pairs, [2])).toThrow('which must name pairs from 0 to 1, got 2');
    const descent = await descentDirection(bowl({ curvatures: [3, 4] }), Float64Array.of(1, 1));
    expect([...descent.direction]).toEqual([-0.6000000000000001, -0.8]);
    await expect(descentDirection(bowl({ curvatures: [3] }), new Float64Array(1))).rejects.toThrow(
      'the gradient is zero',
    );
    await expect(descentDirection({ size: 1, loss: () => 0 }, new Float64Array(1))).rejects.toThrow(
      'must have a gradient',
    );
  });
});

describe('orthogonalize and cosines', () => {
  const direction = (seed: number): Direction => ({ name: `${seed}`, direction: normals(9, seed) });

  it('makes right angles, and keeps the first direction', () => {
    const given = [1, 2, 3].map(direction);
    const result = orthogonalize(given);
    expect(result[0]!.direction).toEqual(given[0]!.direction);
    const angles = cosines(result);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) expect(angles[3 * i + j]).toBeCloseTo(i === j ? 1 : 0, 14);
    expect(given).toEqual([1, 2, 3].map(direction));
  });

  it('refuses directions in one space', () => {
    const one = direction(1);
    const twice = { name: 'twice', direction: one.direction.map((value) => 2 * value) };
    expect(() => orthogonalize([one, twice])).toThrow(
      'the direction "twice" must not lie in the space of those before it',
    );
    expect(cosines([one, twice])[1]).toBeCloseTo(1, 15);
    expect(() => cosines([{ name: 'nothing', direction: new Float64Array(2) }])).toThrow('must not be zero');
  });
});
