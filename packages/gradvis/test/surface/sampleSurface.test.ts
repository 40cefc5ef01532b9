import { InvalidArgumentError, ShapeError, TaskError, type Executor, type Progress } from '@pct/core';
import { estimateSurface, memoryJournal, sampleSurface, type Surface } from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { bowl } from '../fixtures/objectives.mjs';
import { testThreads } from '../threads.js';

const module = new URL('../fixtures/objectives.mjs', import.meta.url).href;
const unit = (size: number, k: number) => Float64Array.from({ length: size }, (_, i) => (i === k ? 1 : 0));
const x = { name: 'x', direction: unit(3, 0) };
const y = { name: 'y', direction: unit(3, 1) };
const z = { name: 'z', direction: unit(3, 2) };
const anisotropic = bowl({ curvatures: [2, 20, 200] });
const origin = new Float64Array(3);

describe('sampleSurface', () => {
  it('samples a line with both ends and the middle', async () => {
    const line = await sampleSurface(anisotropic, origin, [{ ...x, range: [-1, 1], points: 5 }]);
    expect([...line.axes[0]!.coordinates]).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect([...line.values]).toEqual([1, 0.25, 0, 0.25, 1]);
    expect([...line.status]).toEqual([1, 1, 1, 1, 1]);
  });

  it('stores a plane that is not square with the first axis fastest, axes not swapped', async () => {
    const plane = await sampleSurface(anisotropic, origin, [
      { ...x, range: [0, 2], points: 3 },
      { ...y, range: [0, 1], points: 2 },
    ]);
    // x² + 10 y²
    expect([...plane.values]).toEqual([0, 1, 4, 10, 11, 14]);
  });

  it('samples a volume', async () => {
    const axes = [x, y, z].map((axis, i) => ({ ...axis, range: [0, 1] as const, points: i + 2 }));
    const { values } = await sampleSurface(anisotropic, origin, axes);
    expect(values).toHaveLength(24);
    const at = (i: number, j: number, k: number) => values[i + 2 * (j + 3 * k)];
    expect(at(1, 0, 0)).toBe(1);
    expect(at(0, 1, 0)).toBe(2.5);
    expect(at(0, 0, 3)).toBe(100);
  });

  it('has the loss of the origin, to the bit, in the middle of an odd grid', async () => {
    const objective = bowl({ curvatures: [1, 3, 7], waves: 0.3 });
    const centre = Float64Array.of(0.1, -0.7, 1.3);
    const axes = [
      { name: 'a', direction: Float64Array.of(0.3, 0.1, -2), range: [-0.7, 0.7] as const, points: 7 },
      { name: 'b', direction: Float64Array.of(1, 0.5, 0.1), range: [-0.3, 0.3] as const, points: 5 },
    ];
    const { values } = await sampleSurface(objective, centre, axes);
    expect(values[3 + 7 * 2]).toBe(await objective.loss(centre));
  });

  it('tells cosines, axes and where it comes from', async () => {
    const axes = [
      { ...x, points: 2, variance: 0.5, made: { seed: 3 } },
      { name: 'diagonal', direction: Float64Array.of(1, 1, 0), points: 2 },
    ];
    const plane = await sampleSurface({ ...anisotropic, label: 'a bowl' }, origin, axes);
    expect(plane.cosines[1]).toBeCloseTo(Math.SQRT1_2, 15);
    expect(plane.axes[0]).toMatchObject({ name: 'x', variance: 0.5, direction: x.direction });
    expect(plane.provenance).toMatchObject({
      createdBy: 'sampleSurface',
      objective: 'a bowl',
      settings: { axes: [{ name: 'x', range: [-1, 1], points: 2, made: { seed: 3 } }, { name: 'diagonal' }] },
    });
    expect(plane.axes[0]!.direction).not.toBe(x.direction);
    const small = await sampleSurface(anisotropic, origin, axes, { keepVectors: false });
    expect(small.origin).toBeUndefined();
    expect(small.axes[0]!.direction).toBeUndefined();
  });

  it('keeps NaN and infinite losses', async () => {
    const strange = { size: 1, loss: ([at]: Float64Array) => (at! < 0 ? NaN : 1 / at!) };
    const line = await sampleSurface(strange, new Float64Array(1), [
      { name: 'x', direction: unit(1, 0), points: 3 },
    ]);
    expect([...line.values]).toEqual([NaN, Infinity, 1]);
    expect([...line.status]).toEqual([1, 1, 1]);
  });

  it('makes a grid of one point in the middle of the range', async () => {
    const one = await sampleSurface(anisotropic, origin, [{ ...x, range: [0, 2], points: 1 }]);
    expect([...one.axes[0]!.coordinates]).toEqual([1]);
    expect([...one.values]).toEqual([1]);
  });

  it('takes range and points from the options where axes do not tell them', async () => {
    const told = await sampleSurface(anisotropic, origin, [
      { ...x, range: [-2, 3], points: 5 },
      { ...y, range: [0, 1], points: 5 },
    ]);
    expect(
      await sampleSurface(anisotropic, origin, [x, { ...y, range: [0, 1] }], { range: [-2, 3], points: 5 }),
    ).toEqual(told);
    const { evaluations } = await estimateSurface(anisotropic, origin, [x, { ...y, points: 2 }], {
      points: 5,
    });
    expect(evaluations).toBe(10);
  });

  it('shows coarse surfaces early and reports progress', async () => {
    const partial: Surface[] = [];
    const reports: Progress[] = [];
    const surface = await sampleSurface(anisotropic, origin, [{ ...x, points: 17 }], {
      onPartial: (one) => partial.push(one),
      partialIntervalMs: 0,
      onProgress: (report) => reports.push(report),
    });
    expect(partial).toHaveLength(17);
    const known = ({ status }: Surface) => [...status.keys()].filter((i) => status[i] === 1);
    expect(known(partial[1]!)).toEqual([0, 16]);
    expect(known(partial[2]!)).toEqual([0, 8, 16]);
    expect(known(partial[4]!)).toEqual([0, 4, 8, 12, 16]);
    expect(partial[2]!.values[3]).toBeNaN();
    expect(partial[16]).toEqual(surface);
    expect(reports.at(-1)).toMatchObject({ done: 17, total: 17 });
  });
});

describe('sampleSurface on threads', () => {
  const settings = { curvatures: [1, 2, 3], waves: 0.7 };
  const source = { module, name: 'bowl', settings };
  const centre = Float64Array.of(0.1, 0.2, 0.3);
  const axes = [
    { name: 'a', direction: Float64Array.of(0.3, 0.1, -2), points: 9 },
    { name: 'b', direction: Float64Array.of(1, 0.5, 0.1), points: 6 },
  ];

  it('gives the same bits inline and with 1, 2 and 3 threads', async () => {
    const inline = await sampleSurface(bowl(settings), centre, axes);
    const bytes = ({ values }: Surface) => Buffer.from(values.buffer).toString('hex');
    expect(bytes(await sampleSurface(source, centre, axes))).toBe(bytes(inline));
    for (const threads of [1, 2, 3]) {
      await using executor = testThreads(threads);
      const threaded = await sampleSurface(source, centre, axes, { executor });
      expect(bytes(threaded)).toBe(bytes(inline));
      expect(threaded).toEqual(inline);
    }
  });

  it('says what to pass with an executor', async () => {
    const executor = {} as Executor;
    const result = sampleSurface(bowl(settings), centre, axes, { executor });
    await expect(result).rejects.toThrow(InvalidArgumentError);
    await expect(result).rejects.toThrow(
      'sampleSurface: with an executor, objective must be an ObjectiveSource { module, name, settings }',
    );
  });

  it('says in which task an objective has another size', async () => {
    await using executor = testThreads(1);
    const result = sampleSurface({ ...source, settings: { curvatures: [1] } }, centre, axes, { executor });
    await expect(result).rejects.toThrow(TaskError);
    await expect(result).rejects.toThrow('the objective has 1 parameters, the point 3');
  });
});

describe('journals', () => {
  const axes = [
    { ...x, points: 9 },
    { ...y, points: 3 },
  ];

  it('lets a surface go on where it was stopped, with the same result', async () => {
    const whole = await sampleSurface(anisotropic, origin, axes);
    const journal = memoryJournal();
    const controller = new AbortController();
    let evaluations = 0;
    const stopping = {
      ...anisotropic,
      loss(at: Float64Array) {
        if (++evaluations === 11) controller.abort();
        return anisotropic.loss(at);
      },
    };
    await expect(
      sampleSurface(stopping, origin, axes, { journal, signal: controller.signal }),
    ).rejects.toThrow('aborted');
    const before = evaluations;
    const reports: Progress[] = [];
    const rest = await sampleSurface(stopping, origin, axes, {
      journal,
      onProgress: (one) => reports.push(one),
    });
    expect(rest).toEqual(whole);
    expect(evaluations - before).toBeGreaterThan(0);
    expect(evaluations - before).toBeLessThanOrEqual(27 - 10);
    expect(reports.at(-1)!.total).toBe(evaluations - before);
    const again = evaluations;
    expect(await sampleSurface(stopping, origin, axes, { journal })).toEqual(whole);
    expect(evaluations).toBe(again);
  });

  it('refuses values of another surface', async () => {
    const journal = memoryJournal();
    await sampleSurface(anisotropic, origin, axes, { journal });
    const elsewhere = Float64Array.of(0, 0, 1e-12);
    await expect(sampleSurface(anisotropic, elsewhere, axes, { journal })).rejects.toThrow(
      'memoryJournal: the journal belongs to other work, which differs in origin;',
    );
    await expect(
      sampleSurface({ ...anisotropic, label: 'other' }, origin, axes, { journal }),
    ).rejects.toThrow('which differs in objective');
  });
});

describe('sampleSurface refuses', () => {
  it.each([
    [
      [{ name: 'zero', direction: new Float64Array(3) }],
      InvalidArgumentError,
      'the direction "zero" must not be zero',
    ],
    [
      [{ name: 'short', direction: unit(2, 0) }],
      ShapeError,
      'the direction "short" must be a Float64Array of length 3',
    ],
    [
      [{ name: 'NaN', direction: Float64Array.of(0, NaN, 0) }],
      InvalidArgumentError,
      'must be finite, got NaN at 1',
    ],
    [[{ ...x, points: 0 }], InvalidArgumentError, 'points must be an integer of at least 1, got 0'],
    [[{ ...x, range: [1, 1] as const }], InvalidArgumentError, 'range must ascend, got [1, 1]'],
    [[{ ...x, range: [0, Infinity] as const }], InvalidArgumentError, 'range[1] must be a finite number'],
    [[], InvalidArgumentError, 'axes must be one to three directions'],
    [[x, y, z, x], InvalidArgumentError, 'axes must be one to three directions, got Array of length 4'],
  ])('axes %#', async (axes, type, words) => {
    const result = sampleSurface(anisotropic, origin, axes);
    await expect(result).rejects.toThrow(type);
    await expect(result).rejects.toThrow(words);
  });

  it('an origin of another size, and losses that are no numbers', async () => {
    await expect(sampleSurface(anisotropic, new Float64Array(2), [x])).rejects.toThrow(
      'sampleSurface: origin must be a Float64Array of length 3, one number per parameter, got Float64Array of length 2',
    );
    const wrong = { size: 3, loss: () => 'low' as unknown as number };
    await expect(sampleSurface(wrong, origin, [x])).rejects.toThrow(
      'objective.loss must give a number, got "low"',
    );
    await expect(sampleSurface({} as never, origin, [x])).rejects.toThrow('must be');
    await expect(sampleSurface(anisotropic, Float32Array.of(0, 0, 0) as never, [x])).rejects.toThrow(
      'got Float32Array of length 3; convert it by Float64Array.from',
    );
    await expect(sampleSurface(anisotropic, origin, [x, Float64Array.of(1, 0, 0) as never])).rejects.toThrow(
      /axes\[1\] must be \{ name, direction \}, got Float64Array of length 3; make one by randomDirections/,
    );
  });
});
