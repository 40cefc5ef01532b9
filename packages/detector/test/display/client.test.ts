import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraSource } from '../../src/display/client/camera.js';
import { renderEvent } from '../../src/display/renderEvent.js';
import { runPage } from './fakeBrowser.js';
import { frameOf, syntheticFrame } from './synthetic.js';

interface Camera {
  yaw: number;
  pitch: number;
  zoom: number;
  stretch: number;
  panX: number;
  panY: number;
  width: number;
  height: number;
}
interface Line {
  readonly hits: readonly number[];
}
type Numbers = ArrayLike<number>;

/** Functions of the page's script. */
const client = runInNewContext(
  `${cameraSource}; ({ createCamera, project, projectPoint, fit, zoomAt, turn, depthOrder, nearestHit, nearestLine })`,
  { Math, Float64Array, Uint32Array },
) as {
  createCamera: (box: object) => Camera;
  project: (
    c: Camera,
    x: Numbers,
    y: Numbers,
    z: Numbers,
    n: number,
    u: Float64Array,
    v: Float64Array,
    d: Float64Array,
  ) => void;
  projectPoint: (c: Camera, x: number, y: number, z: number) => { x: number; y: number };
  fit: (c: Camera) => void;
  zoomAt: (c: Camera, factor: number, x: number, y: number) => void;
  turn: (c: Camera, yaw: number, pitch: number) => void;
  depthOrder: (depth: Float64Array, n: number, order: Uint32Array) => void;
  nearestHit: (
    x: Numbers,
    y: Numbers,
    d: Numbers,
    n: number,
    px: number,
    py: number,
    reach: number,
  ) => number;
  nearestLine: (
    lines: readonly Line[],
    x: Numbers,
    y: Numbers,
    px: number,
    py: number,
    reach: number,
  ) => number;
};

const box = { x: [-30, 30], y: [-20, 40], z: [220, 480] };
function camera(yaw = 0, pitch = 0): Camera {
  return Object.assign(client.createCamera(box), { yaw, pitch, width: 800, height: 600 });
}
const coordinate = fc.double({ min: 0, max: 100, noNaN: true });

describe('camera of the page', () => {
  it('shows the beam to the right, y up at pitch 0 and x up at pitch 90 degrees', () => {
    const side = camera();
    const [middle, deeper, higher] = [
      [0, 10, 350],
      [0, 10, 360],
      [0, 15, 350],
    ].map(([x, y, z]) => client.projectPoint(side, x!, y!, z!));
    expect(middle).toEqual({ x: 400, y: 300 });
    expect([deeper!.x - 400, deeper!.y - 300]).toEqual([10, 0]);
    expect([higher!.x - 400, higher!.y - 300]).toEqual([0, -5]);
    const above = client.projectPoint(camera(0, Math.PI / 2), 5, 10, 350);
    expect(above.x).toBeCloseTo(400, 9);
    expect(above.y).toBeCloseTo(295, 9);
    const alongBeam = client.projectPoint(camera(Math.PI / 2, 0), 5, 10, 350);
    expect(alongBeam.x).toBeCloseTo(395, 9);
    expect(alongBeam.y).toBeCloseTo(300, 9);
  });

  it.each([
    [0, 0],
    [0, Math.PI / 2],
    [Math.PI / 2, 0],
  ])('projects in parallel at yaw %d, pitch %d', (yaw, pitch) => {
    // Points that differ only along the line of sight fall on one pixel.
    const c = camera(yaw, pitch);
    const sight = yaw > 0 ? [0, 0, 100] : pitch > 0 ? [0, 20, 0] : [20, 0, 0];
    const near = client.projectPoint(c, 7, 9, 300);
    const far = client.projectPoint(c, 7 + sight[0]!, 9 + sight[1]!, 300 + sight[2]!);
    expect(near.x).toBeCloseTo(far.x, 9);
    expect(near.y).toBeCloseTo(far.y, 9);
  });

  it('agrees with rotation matrices and a pinhole', () => {
    const angles = fc.tuple(
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.double({ min: -1.5, max: 1.5, noNaN: true }),
    );
    const point = fc.tuple(
      fc.double({ min: -30, max: 30, noNaN: true }),
      fc.double({ min: -20, max: 40, noNaN: true }),
      fc.double({ min: 220, max: 480, noNaN: true }),
    );
    fc.assert(
      fc.property(angles, point, ([yaw, pitch], [x, y, z]) => {
        const got = client.projectPoint(camera(yaw, pitch), x, y, z);
        // Axes right = z, up = y, towards the eye = -x; turn about up, then about right.
        const start = [z - 350, y - 10, -x];
        const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
        const times = (m: number[][], v: number[]): number[] =>
          m.map((r) => r.reduce((s, e, k) => s + e * v[k]!, 0));
        const yawed = times(
          [
            [cy, 0, sy],
            [0, 1, 0],
            [-sy, 0, cy],
          ],
          start,
        );
        const [right, up, near] = times(
          [
            [1, 0, 0],
            [0, cp, -sp],
            [0, sp, cp],
          ],
          yawed,
        ) as [number, number, number];
        // The line of sight in the box's own axes is the last row of the product.
        const sight = [-sy * cp, sp, cy * cp].map(Math.abs);
        const distance = (5 * Math.hypot(30, 30, 130)) / (1 - Math.max(...sight) ** 8);
        expect(got.x).toBeCloseTo(400 + right / (1 - near / distance), 6);
        expect(got.y).toBeCloseTo(300 - up / (1 - near / distance), 6);
      }),
    );
  });

  it('fits the whole box into the drawing area from every side', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -1.5, max: 1.5, noNaN: true }),
        (yaw, pitch) => {
          const c = camera(yaw, pitch);
          client.fit(c);
          for (const x of box.x) {
            for (const y of box.y) {
              for (const z of box.z) {
                const at = client.projectPoint(c, x, y, z);
                expect(at.x).toBeGreaterThanOrEqual(80);
                expect(at.x).toBeLessThanOrEqual(720);
                expect(at.y).toBeGreaterThanOrEqual(50);
                expect(at.y).toBeLessThanOrEqual(550);
              }
            }
          }
        },
      ),
    );
  });

  it('zooms about the pointer and keeps the pitch within a quarter turn', () => {
    const c = camera(0.4, 0.3);
    client.fit(c);
    const before = client.projectPoint(c, 10, 5, 400);
    client.zoomAt(c, 3, before.x, before.y);
    const after = client.projectPoint(c, 10, 5, 400);
    expect(after.x).toBeCloseTo(before.x, 8);
    expect(after.y).toBeCloseTo(before.y, 8);
    expect(c.zoom).toBe(3);
    client.turn(c, 0, 9);
    expect(c.pitch).toBe(Math.PI / 2);
  });

  it('orders hits from far to near, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true })), (depths) => {
        const order = new Uint32Array(depths.length);
        client.depthOrder(Float64Array.from(depths), depths.length, order);
        expect([...order].sort((a, b) => a - b)).toEqual(depths.map((_, i) => i));
        for (let k = 1; k < order.length; k++) {
          expect(depths[order[k]!]! - depths[order[k - 1]!]!).toBeGreaterThan(-2 / 1024 - 1e-12);
        }
      }),
    );
  });

  it('finds the nearest hit and the nearest line, as a search over all does', () => {
    const places = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(places, coordinate, coordinate, fc.integer({ min: 1, max: 50 }), (list, px, py, reach) => {
        const [x, y] = [list.map(([u]) => u), list.map(([, v]) => v)];
        const distances = list.map(([u, v]) => Math.hypot(u - px, v - py));
        const hit = client.nearestHit(x, y, x, list.length, px, py, reach);
        if (hit < 0) expect(Math.min(...distances)).toBeGreaterThanOrEqual(reach - 1e-9);
        else expect(distances[hit]).toBeCloseTo(Math.min(...distances), 9);
        // Distance to a segment by sampling it densely.
        const lines = list.slice(1).map((_, k) => ({ hits: [k, k + 1] }));
        const sampled = lines.map(({ hits: [a, b] }) => {
          const steps = Array.from({ length: 201 }, (_, s) => s / 200);
          return Math.min(
            ...steps.map((s) =>
              Math.hypot(x[a!]! + s * (x[b!]! - x[a!]!) - px, y[a!]! + s * (y[b!]! - y[a!]!) - py),
            ),
          );
        });
        const line = client.nearestLine(lines, x, y, px, py, reach);
        if (line < 0) expect(Math.min(...sampled)).toBeGreaterThanOrEqual(reach - 1e-9);
        else expect(sampled[line]).toBeLessThanOrEqual(Math.min(...sampled) + 0.8);
      }),
    );
  });
});

describe('script of the page', () => {
  const { frame, tracks } = syntheticFrame(6);

  it('draws a dot per hit and a line per particle and track', () => {
    const page = runPage(renderEvent(frame, { format: 'html', tracks }));
    const particles = new Set(Array.from(frame.eventID, (event, i) => `${event}/${frame.trackID[i]}`)).size;
    expect(page.drawn.arcs).toBe(frame.count);
    // The rest of the strokes: layers, three axes, hollow dots and false links at the most.
    expect(page.drawn.strokes).toBeGreaterThanOrEqual(particles + tracks.length);
    expect(page.labels()).toEqual(expect.arrayContaining(['x (mm)', 'y (mm)', 'z (mm)']));
  });

  it('draws again only after a change, once', () => {
    const page = runPage(renderEvent(frame, { format: 'html', tracks }));
    page.frame();
    page.drawn.arcs = 0;
    expect(page.frame()).toBe(0);
    page.key('ArrowLeft');
    page.key('+');
    page.key('ArrowUp');
    expect(page.frame()).toBe(1);
    expect(page.drawn.arcs).toBe(frame.count);
  });

  it('steps through hits by key and says what they are', () => {
    const page = runPage(renderEvent(frame, { format: 'html', tracks }));
    page.key('n');
    expect(page.element('tip').hidden).toBe(false);
    expect(page.text('tip')).toContain(`event ${frame.eventID[0]}`);
    expect(page.text('spoken')).toContain(`layer ${frame.layer[0]}`);
    page.key('n');
    expect(page.text('tip')).toContain(`layer ${frame.layer[1]}`);
    page.key('p');
    expect(page.text('tip')).toContain(`event ${frame.eventID[0]}`);
    page.key('Escape');
    expect(page.element('tip').hidden).toBe(true);
  });

  it('tells truth from reconstruction in its legend', () => {
    const both = runPage(renderEvent(frame, { format: 'html', tracks }));
    expect(both.text('legend')).toMatch(/true track.*correct track/);
    const truth = runPage(renderEvent(frame, { format: 'html' }));
    expect(truth.text('legend')).toMatch(/primary/);
    expect(truth.text('legend')).not.toMatch(/correct/);
  });

  it('runs on a frame without hits', () => {
    const page = runPage(renderEvent(frameOf([]), { format: 'html', tracks: [] }));
    page.key('n');
    expect(page.drawn.arcs).toBe(0);
    expect(page.element('tip').hidden).toBe(true);
  });
});
