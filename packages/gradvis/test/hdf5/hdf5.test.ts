import { readFile } from 'node:fs/promises';
import { FileFormatError, InvalidArgumentError } from '@pct/core';
import type { Surface } from '@viz/gradvis';
import {
  directionsFromHdf5,
  directionsToHdf5,
  surfacesFromHdf5,
  surfacesToHdf5,
  trajectoryFromHdf5,
  trajectoryToHdf5,
} from '@viz/gradvis/hdf5';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bowl, steps, surfaceOf, trajectory } from '../sampleResults.js';

/** A file that h5py wrote; see lossLandscape.py. */
function fixture(name: string): Promise<Uint8Array> {
  return readFile(new URL(`../fixtures/${name}.h5`, import.meta.url));
}

describe('files of loss-landscape', () => {
  it('have losses in the order [y][x], though the declared shape says otherwise', async () => {
    const { surfaces, directionFile } = await surfacesFromHdf5(await fixture('surface'));
    expect(Object.keys(surfaces).sort()).toEqual(['max_eig', 'min_eig', 'train_acc', 'train_loss']);
    expect(directionFile).toBe('directions.h5');
    const { axes, values, status } = surfaces['train_loss']!;
    const [x, y] = axes.map(({ coordinates }) => coordinates) as [Float64Array, Float64Array];
    expect([...x]).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect([...y]).toEqual([0, 1, 2]);
    values.forEach((value, at) => {
      const expected = x[at % 5]! ** 2 + 10 * y[Math.floor(at / 5)]! + 20;
      expect(value).toBe(at < 13 ? expected : NaN);
      expect(status[at]).toBe(at < 13 ? 1 : 0);
    });
  });

  it('have their own value for eigenvalues that were not computed', async () => {
    const { surfaces } = await surfacesFromHdf5(await fixture('surface'));
    expect([surfaces['min_eig']!.values[0], surfaces['max_eig']!.values[0]]).toEqual([-3.5, 7.25]);
    for (const name of ['min_eig', 'max_eig']) {
      expect(surfaces[name]!.status.reduce((sum, one) => sum + one, 0)).toBe(1);
      expect(surfaces[name]!.values[1]).toBeNaN();
    }
  });

  it('have directions of many arrays in the order of numbers', async () => {
    const { directions, shapes, variances } = await directionsFromHdf5(await fixture('directions'));
    expect(directions[1]).toEqual(Float64Array.from({ length: 24 }, (_, k) => 100 + Math.floor(k / 2)));
    expect(shapes).toHaveLength(12);
    expect(shapes[11]).toEqual([2, 1]);
    expect(variances).toEqual(Float64Array.of(0.75, 0.125));
  });

  it('have trajectories without losses', async () => {
    const read = await trajectoryFromHdf5(await fixture('projection'));
    expect(read.coordinates).toEqual(Float64Array.of(3, -2, 1, 0.5, 0, 0));
    expect(read.steps).toEqual(Float64Array.of(0, 1, 2));
    expect(read.trueLosses).toEqual(new Float64Array(3).fill(NaN));
    expect(read.variances).toHaveLength(0);
  });
});

describe('own files', () => {
  it('give surfaces back', async () => {
    const holed: Surface = {
      ...bowl,
      values: bowl.values.map((value, at) => (at === 3 ? NaN : at === 5 ? Infinity : value)),
      status: bowl.status.map((_, at) => (at === 3 ? 0 : 1)),
    };
    const { surfaces } = await surfacesFromHdf5(await surfacesToHdf5({ train_loss: holed, other: bowl }));
    expect(surfaces).toEqual({ train_loss: holed, other: bowl });
  });

  it('give any surface of one or two axes back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.double({ noNaN: true, min: 0 }),
        async (nx, ny, scale) => {
          const axis = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i - 1);
          const given = surfaceOf(axis(nx), axis(ny), (x, y) => scale * (x * x + y + 2));
          expect((await surfacesFromHdf5(await surfacesToHdf5({ a: given }))).surfaces['a']).toEqual(given);
        },
      ),
      { numRuns: 20 },
    );
    const line: Surface = {
      ...bowl,
      axes: [bowl.axes[0]!],
      values: steps(1, 7, 7),
      status: new Uint8Array(7),
      cosines: Float64Array.of(1),
    };
    const { surfaces } = await surfacesFromHdf5(await surfacesToHdf5({ train_loss: line }));
    expect(surfaces['train_loss']).toEqual({ ...line, values: new Float64Array(7).fill(NaN) });
  });

  it('give directions and trajectories back', async () => {
    const directions = [steps(0, 9, 10), steps(-1, 1, 10)];
    const blocks = [
      { offset: 0, shape: [2, 4] },
      { offset: 8, shape: [2] },
    ];
    const read = await directionsFromHdf5(
      await directionsToHdf5(directions, blocks, { variances: Float64Array.of(0.5) }),
    );
    expect(read).toEqual({ directions, shapes: [[2, 4], [2]], variances: Float64Array.of(0.5) });
    expect(await trajectoryFromHdf5(await trajectoryToHdf5(trajectory))).toEqual(trajectory);
  });
});

describe('bad input', () => {
  it('is refused when written', async () => {
    await expect(surfacesToHdf5({})).rejects.toThrow(/at least one surface/);
    await expect(
      surfacesToHdf5({ train_loss: { ...bowl, values: bowl.values.map((v) => v - 1.25) } }),
    ).rejects.toThrow(/train_loss is -1 at entry 10, which stands for "not computed"/);
    const other = surfaceOf(steps(0, 1, 7), steps(0, 1, 4), () => 1);
    await expect(surfacesToHdf5({ a: bowl, b: other })).rejects.toThrow(/b must be on the grid of a/);
    await expect(directionsToHdf5([], [])).rejects.toThrow(InvalidArgumentError);
    await expect(directionsToHdf5([new Float64Array(3)], [{ offset: 0, shape: [2] }])).rejects.toThrow(
      /of length 2/,
    );
    await expect(directionsToHdf5([new Float64Array(3)], [{ offset: 1, shape: [2] }])).rejects.toThrow(
      /follow each other/,
    );
    await expect(trajectoryToHdf5({ ...trajectory, coordinates: new Float64Array(4) })).rejects.toThrow(
      /two axes/,
    );
  });

  it('is refused when read', async () => {
    const file = await fixture('surface');
    await expect(surfacesFromHdf5(Buffer.from('text'), { file: 'a.h5' })).rejects.toThrow(
      /a.h5: does not have the mark/,
    );
    await expect(surfacesFromHdf5(file.subarray(0, 900))).rejects.toThrow(FileFormatError);
    await expect(surfacesFromHdf5(await fixture('projection'))).rejects.toThrow(/has no xcoordinates/);
    await expect(directionsFromHdf5(file)).rejects.toThrow(/has no xdirection/);
    await expect(trajectoryFromHdf5(file)).rejects.toThrow(/has no proj_xcoord/);
    await expect(surfacesFromHdf5('x' as unknown as Uint8Array)).rejects.toThrow(InvalidArgumentError);
  });
});
