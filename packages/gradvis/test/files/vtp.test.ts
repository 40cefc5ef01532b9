import { InvalidArgumentError } from '@pct/core';
import { decodeNpz } from '@pct/tensor';
import { surfaceToNpz, surfaceToVtp, trajectoryToVtp, type Surface } from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { bowl, steps, surfaceOf, trajectory } from '../sampleResults.js';

/** Numbers of an array of an ASCII file. */
function numbers(file: string, name: string): number[] {
  const text = new RegExp(`Name="${name}"[^>]*>([^<]*)<`).exec(file)?.[1] ?? '';
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Numbers of a float64 array of a base64 file. */
function appended(file: string, name: string): Float64Array {
  const offset = Number(new RegExp(`Name="${name}"[^>]*offset="(\\d+)"`).exec(file)![1]);
  const text = /<AppendedData encoding="base64">_([^<]*)</.exec(file)![1]!.slice(offset);
  // The first four bytes are the length of what follows.
  const bytes = Buffer.from(text.slice(0, text.indexOf('=') < 0 ? undefined : text.length), 'base64');
  const length = bytes.readUInt32LE(0);
  const whole = Buffer.from(text.slice(0, Math.ceil((length + 4) / 3) * 4), 'base64');
  return new Float64Array(new Uint8Array(whole.subarray(4, 4 + length)).buffer);
}

describe('surfaceToVtp', () => {
  it('has every point at its place on a grid that is not square', () => {
    const file = surfaceToVtp(bowl, { encoding: 'ascii' });
    expect(file).toContain('<Piece NumberOfPoints="28"');
    expect(file).toContain('NumberOfPolys="18"');
    const points = numbers(file, 'Points');
    const losses = numbers(file, 'loss');
    for (let k = 0; k < 28; k++) {
      const [x, y, z] = points.slice(3 * k, 3 * k + 3) as [number, number, number];
      expect(z).toBe(0.5 * (x * x + 9 * y * y) + 0.25);
      expect(losses[k]).toBe(z);
    }
    expect(numbers(file, 'connectivity').slice(0, 4)).toEqual([0, 1, 8, 7]);
    expect(numbers(file, 'offsets').at(-1)).toBe(72);
  });

  it('has the same numbers in base64', () => {
    const file = surfaceToVtp(bowl);
    expect([...appended(file, 'Points')]).toEqual(
      numbers(surfaceToVtp(bowl, { encoding: 'ascii' }), 'Points'),
    );
    expect(appended(file, 'loss')).toEqual(bowl.values);
  });

  it('leaves out points without a height, and the cells around them', () => {
    const holed = surfaceOf(steps(0, 2, 3), steps(0, 2, 3), (x, y) => (x === 1 && y === 0 ? NaN : x - 1));
    const linear = surfaceToVtp(holed, { encoding: 'ascii' });
    expect(linear).toContain('NumberOfPoints="8"');
    expect(linear).toContain('NumberOfPolys="2"');
    expect(Math.max(...numbers(linear, 'connectivity'))).toBe(7);
    const log = surfaceToVtp(holed, { encoding: 'ascii', height: 'log', exaggeration: 3 });
    expect(log).toContain('NumberOfPoints="3"');
    expect(log).toContain('NumberOfPolys="0"');
    expect(numbers(log, 'Points')[2]).toBeCloseTo(0, 12);
  });

  it('draws a line for one axis', () => {
    const { axes, provenance } = bowl;
    const line: Surface = {
      kind: 'surface',
      axes: [axes[0]!],
      values: Float64Array.of(1, 2, NaN, 4, 5, 6, 7),
      status: new Uint8Array(7).fill(1),
      cosines: Float64Array.of(1),
      provenance,
    };
    const file = surfaceToVtp(line, { encoding: 'ascii', height: 'flat' });
    expect(file).toContain('NumberOfLines="4"');
    expect(numbers(file, 'Points').slice(0, 3)).toEqual([-3, 0, 0]);
  });

  it('refuses volumes and bad options', () => {
    const axes = [bowl.axes[0]!, bowl.axes[1]!, { name: 'z', coordinates: Float64Array.of(0) }];
    expect(() => surfaceToVtp({ ...bowl, axes, cosines: new Float64Array(9) })).toThrow(
      /one or two axes, got 3/,
    );
    expect(() => surfaceToVtp(bowl, { height: 'cubic' as 'log' })).toThrow(InvalidArgumentError);
    expect(() => surfaceToVtp({ ...bowl, values: new Float64Array(1) })).toThrow(/values must be/);
  });
});

describe('trajectoryToVtp', () => {
  it('is one line at the projected losses', () => {
    const file = trajectoryToVtp(trajectory, { encoding: 'ascii' });
    expect(numbers(file, 'Points')).toEqual([-3, 2, 22.75, -2, 1, 6.75, -1, 0.5, 1.875, 0, 0, 0.25]);
    expect(numbers(file, 'true_loss')).toEqual([30, 9, 2.5, 0.25]);
    expect(numbers(file, 'connectivity')).toEqual([0, 1, 2, 3]);
    expect(trajectoryToVtp({ ...trajectory, projectedLosses: new Float64Array(4).fill(NaN) })).toContain(
      'NumberOfLines="0"',
    );
    expect(() => trajectoryToVtp({ ...trajectory, coordinates: new Float64Array(12) })).toThrow(/got 3/);
  });
});

describe('surfaceToNpz', () => {
  it('has short names and the shape [y, x]', async () => {
    const arrays = await decodeNpz(surfaceToNpz(bowl));
    expect(arrays['loss']).toEqual({ data: bowl.values, shape: [4, 7] });
    expect(arrays['x']!.data).toEqual(bowl.axes[0]!.coordinates);
    expect(arrays['y']!.shape).toEqual([4]);
    expect(arrays['computed']!.data).toEqual(bowl.status);
    expect(() => surfaceToNpz({ ...bowl, status: new Uint8Array(2) })).toThrow(/status must be/);
  });
});
