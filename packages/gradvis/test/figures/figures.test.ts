import { InvalidArgumentError } from '@pct/core';
import {
  contourFigure,
  densityFigure,
  densityRidgesFigure,
  eigenRatioFigure,
  mapFigure,
  mergeTreeFigure,
  pathFigure,
  profileFigure,
  screeFigure,
  surfaceFigure,
  trajectoryLossFigure,
  type Surface,
} from '@viz/gradvis';
import { describe, expect, it } from 'vitest';
import { colourAt } from '../../src/figures/colours.js';
import {
  bowl,
  mergeTree,
  path,
  provenance,
  spectrum,
  steps,
  surfaceOf,
  trajectory,
} from '../sampleResults.js';

const line: Surface = {
  kind: 'surface',
  axes: [{ name: 'random 1', coordinates: steps(-1, 1, 5) }],
  values: Float64Array.of(4, 1, 0, NaN, 4),
  status: new Uint8Array(5).fill(1),
  cosines: Float64Array.of(1),
  provenance,
};

const figures: readonly (readonly [string, () => string])[] = [
  ['contourFigure', () => contourFigure(bowl, { trajectories: [trajectory], clip: 15 })],
  ['mapFigure', () => mapFigure(bowl, { equalAspect: true })],
  ['surfaceFigure', () => surfaceFigure(bowl, { trajectories: [trajectory] })],
  ['profileFigure', () => profileFigure([line, line], { names: ['a', 'b'] })],
  ['pathFigure', () => pathFigure([path])],
  ['trajectoryLossFigure', () => trajectoryLossFigure(trajectory, { scale: 'log' })],
  ['screeFigure', () => screeFigure(trajectory)],
  ['densityFigure', () => densityFigure([spectrum], { sigma: 0.1, points: 50 })],
  [
    'densityRidgesFigure',
    () => densityRidgesFigure([spectrum, spectrum], { points: 50, names: ['epoch 0', 'epoch 1'] }),
  ],
  ['eigenRatioFigure', () => eigenRatioFigure({ ...bowl, values: bowl.values.map((v) => -v / 4) }, bowl)],
  ['mergeTreeFigure', () => mergeTreeFigure(mergeTree)],
];

/** What a figure is made of: elements with their classes, and texts. */
function outline(svg: string): { elements: Record<string, number>; texts: string[] } {
  const elements: Record<string, number> = {};
  for (const [, name, attributes] of svg.matchAll(/<([a-zA-Z]+)([^>]*)>/g)) {
    const key = `${name!}${/ class="([^"]*)"/.exec(attributes!)?.[1]?.replace(/^/, '.') ?? ''}`;
    elements[key] = (elements[key] ?? 0) + 1;
  }
  return { elements, texts: [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text!) };
}

/** Pixels of the frame of a plot. */
function frameOf(svg: string): { x: number; y: number; width: number; height: number } {
  const match = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="none"/.exec(svg)!;
  const [, x, y, width, height] = match.map(Number);
  return { x: x!, y: y!, width: width!, height: height! };
}

describe.each(figures)('%s', (_, draw) => {
  it('has its structure', () => {
    expect(outline(draw())).toMatchSnapshot();
  });

  it('is well-formed, without numbers that are none, and the same each time', () => {
    const svg = draw();
    expect(svg).toBe(draw());
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const open: string[] = [];
    for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (self !== '/') open.push(name!);
    }
    expect(open).toEqual([]);
    expect(svg).toContain('seed 7');
  });
});

describe('planes', () => {
  it('have every cell at its place: x and y are not swapped on a grid that is not square', () => {
    const marked = surfaceOf(steps(0, 6, 7), steps(0, 3, 4), (x, y) => (x === 5 && y === 1 ? 1 : 0));
    const svg = mapFigure(marked);
    const { x, y, width, height } = frameOf(svg);
    const cell = new RegExp(`fill="${colourAt(63.5 / 64)}" d="M([\\d.]+) ([\\d.]+)H([\\d.]+)V([\\d.]+)H`)
      .exec(svg)!
      .map(Number);
    // Sixth of seven columns from the left, second of four rows from below.
    expect(cell[1]).toBeCloseTo(x + (width * 5) / 7, 1);
    expect(cell[3]).toBeCloseTo(x + (width * 6) / 7, 1);
    expect(cell[2]).toBeCloseTo(y + (height * 3) / 4, 1);
    expect(cell[4]).toBeCloseTo(y + (height * 2) / 4, 1);
  });

  it('have the coordinate 0 where the axes and the path have it', () => {
    const svg = contourFigure(bowl, { trajectories: [trajectory] });
    const { x, y, width, height } = frameOf(svg);
    const [, cx, cy] = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].at(-1)!.map(Number);
    expect(cx).toBeCloseTo(x + width / 2, 1);
    expect(cy).toBeCloseTo(y + (height * 2) / 3, 1);
  });

  it('have one length of a unit if asked', () => {
    const { width, height } = frameOf(contourFigure(bowl, { equalAspect: true }));
    expect(width / 6).toBeCloseTo(height / 3, 1);
  });

  it('draw markers that grow with what lies off the plane', () => {
    const svg = contourFigure(bowl, { trajectories: [trajectory] });
    const radii = [...svg.matchAll(/<circle [^>]*r="([\d.]+)"/g)].map(([, r]) => Number(r));
    expect(radii).toEqual([5, 3.5, 2.6, 2]);
  });

  it('name the random walk and the variance', () => {
    const svg = contourFigure(bowl, { trajectories: [trajectory] });
    expect(svg).toContain('PC 1: 80.0 % of the variance (random walk: 70.0 %)');
    expect(mapFigure(bowl)).toContain('PC 2: 10.0 % of the variance<');
  });

  it('hatch what is not finite and what was not computed, each by its name', () => {
    expect(mapFigure(bowl)).not.toContain('not finite');
    const holed = {
      ...bowl,
      values: bowl.values.map((v, at) => (at === 8 ? NaN : at === 12 ? Infinity : v)),
    };
    const svg = mapFigure(holed);
    expect(svg).toContain('not finite');
    expect(svg).not.toContain('not computed');
    const rectangles = /class="not-finite"[^>]* d="([^"]*)"/.exec(svg)![1]!.split('Z').length - 1;
    expect(rectangles).toBe(2);
    const unfinished = mapFigure({ ...bowl, status: bowl.status.map((_, at) => (at < 7 ? 0 : 1)) });
    expect(unfinished).toContain('not computed');
  });

  it('name the class above a limit', () => {
    expect(contourFigure(bowl, { clip: 15 })).toContain('&#62; 15');
    expect(contourFigure(bowl)).not.toContain('&#62;');
  });

  it('draw a plane where nothing is known', () => {
    const empty = { ...bowl, values: bowl.values.map(() => NaN), status: new Uint8Array(28) };
    for (const svg of [contourFigure(empty), mapFigure(empty), surfaceFigure(empty)])
      expect(svg).not.toMatch(/NaN/);
  });

  it('leave out caption and ground, and take a title', () => {
    const svg = mapFigure(bowl, { caption: '', background: 'transparent', title: 'A < B' });
    expect(svg).not.toContain('class="caption"');
    expect(svg).not.toContain('#ffffff"/>');
    expect(svg).toContain('A &#60; B</text>');
  });
});

describe('surfaceFigure', () => {
  it('draws far faces before near ones, and none at a hole', () => {
    const faces = (surface: Surface): number =>
      /<g class="surface"[^>]*>(.*?)<\/g>/s.exec(surfaceFigure(surface))![1]!.split('<path').length - 1;
    expect(faces(bowl)).toBe(18);
    expect(faces({ ...bowl, values: bowl.values.map((v, at) => (at === 8 ? NaN : v)) })).toBe(14);
    const flat = surfaceOf(steps(0, 2, 3), steps(0, 3, 4), (x, y) => x + 10 * y);
    const svg = surfaceFigure(flat, { azimuth: 0, relief: 0 });
    const ys = [...svg.matchAll(/<path d="M[\d.]+ ([\d.]+)L[^"]*Z" fill="#\w+" stroke/g)].map(([, y]) =>
      Number(y),
    );
    // The last faces are the nearest: lowest on the drawing.
    expect(ys).toEqual([...ys].sort((a, b) => a - b));
  });
});

describe('lines', () => {
  it('have gaps where a loss is not finite', () => {
    const svg = profileFigure([line]);
    const d = /class="line"[^>]*><path d="([^"]*)"/.exec(svg)![1]!;
    expect(d.split('M').length - 1).toBe(2);
  });

  it('of paths tell barrier, mean and length', () => {
    expect(pathFigure([path], { names: ['curve'] })).toContain('curve: barrier 0.04, mean 0.02, length 1.5');
  });
});

describe('bad input', () => {
  it('is refused', () => {
    const wrong: readonly (readonly [() => string, RegExp])[] = [
      [() => contourFigure(line), /contourFigure: the surface must have two axes, got 1/],
      [() => contourFigure(bowl, { levels: 0 }), /levels/],
      [() => mapFigure(bowl, { width: -1 }), /width/],
      [
        () => mapFigure(bowl, { trajectories: [{ ...trajectory, coordinates: new Float64Array(4) }] }),
        /on two axes/,
      ],
      [() => mapFigure({ ...bowl, values: new Float64Array(1) }), /values must be/],
      [() => surfaceFigure(bowl, { elevation: 100 }), /elevation/],
      [() => profileFigure([]), /at least one result/],
      [() => profileFigure([bowl]), /one axis, got 2/],
      [() => screeFigure({ ...trajectory, variances: new Float64Array() }), /must have variances/],
      [() => densityFigure([spectrum], { floor: 1e9 }), /floor must be below/],
      [
        () =>
          eigenRatioFigure(
            bowl,
            surfaceOf(steps(0, 1, 7), steps(0, 1, 4), () => 1),
          ),
        /on one grid/,
      ],
    ];
    for (const [draw, message] of wrong) {
      expect(draw).toThrow(InvalidArgumentError);
      expect(draw).toThrow(message);
    }
  });
});
