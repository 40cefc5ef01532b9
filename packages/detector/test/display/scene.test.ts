import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitalTrackingCalorimeter } from '../../src/digitalTrackingCalorimeter.js';
import { buildScene, describeHit } from '../../src/display/scene.js';
import { frameOf, syntheticFrame, type Row } from './synthetic.js';

const row = (event: number, layer: number, more: Partial<Row> = {}): Row => ({
  x: event,
  y: -event,
  edep: 0.02,
  event,
  track: 1,
  parent: 0,
  layer,
  ...more,
});

/** Two primaries in layers 0 to 2 and a secondary of event 5 in layer 1. Hits 0, 1: layer 2; 2 to 4: layer 1. */
const frame = frameOf([
  ...[0, 1, 2].flatMap((layer) => [row(4, layer), row(5, layer)]),
  row(5, 1, { track: 9, parent: 1, edep: 0.2 }),
]);

describe('buildScene', () => {
  it('judges tracks as correct, with secondaries, or wrong', () => {
    const tracks = [
      [0, 2, 5],
      [1, 3],
      [1, 4, 6],
      [0, 3, 6],
    ].map((hits) => ({ hits: Int32Array.from(hits) }));
    const scene = buildScene(frame, tracks, undefined);
    expect(scene.tracks!.map((track) => track.status)).toEqual([1, 1, 2, 3]);
    expect(scene.tracks!.map((track) => [track.event, track.matching])).toEqual([
      [4, 3],
      [5, 2],
      [5, 3],
      [5, 2],
    ]);
    expect(scene.hitTracks).toEqual([[0, 3], [1, 2], [0], [1, 3], [2], [0], [2, 3]]);
    expect([...scene.hitStatus]).toEqual([3, 2, 1, 3, 2, 1, 3]);
    expect(scene.counts).toContain('4 reconstructed tracks: 2 correct, 1 wrong, 1 with secondaries');
    expect(scene.counts).toContain('0 hits in no track');
  });

  it('joins the hits of a particle, deepest first', () => {
    const scene = buildScene(frame, undefined, undefined);
    expect(scene.particles.map(({ event, track, hits }) => [event, track, hits])).toEqual([
      [4, 1, [0, 2, 5]],
      [5, 1, [1, 3, 6]],
      [5, 9, [4]],
    ]);
    expect([...scene.hitParticle]).toEqual([0, 1, 0, 1, 2, 0, 1]);
    expect(scene.tracks).toBeUndefined();
  });

  it('puts deposits on a logarithmic scale', () => {
    const energies = frameOf([0.01, 0.1, 1].map((edep, k) => row(k, 0, { edep })));
    const scene = buildScene(energies, undefined, undefined);
    expect([...scene.hitEnergy]).toEqual([0, 16, 31]);
    expect(scene.energyRange[0]).toBeCloseTo(10, 10);
    expect(scene.energyRange[1]).toBeCloseTo(1000, 10);
  });

  it('covers every hit with its axes, x and y at one scale', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer(), (protons, seed) => {
        const made = syntheticFrame(protons, seed);
        const scene = buildScene(made.frame, made.tracks, undefined);
        const columns = [
          [made.frame.posX, scene.x],
          [made.frame.posY, scene.y],
          [made.frame.posZ, scene.z],
        ] as const;
        for (const [column, [low, high]] of columns) {
          expect(high).toBeGreaterThan(low);
          expect(column.every((value) => value >= low && value <= high)).toBe(true);
        }
        expect(scene.x[1] - scene.x[0]).toBeCloseTo(scene.y[1] - scene.y[0], 9);
        expect(scene.particles.reduce((sum, particle) => sum + particle.hits.length, 0)).toBe(
          made.frame.count,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('takes layers from the hits, or from a geometry up to two behind the deepest hit', () => {
    const geometry = digitalTrackingCalorimeter();
    const gaps = frameOf([row(1, 2), row(1, 1)]);
    expect(buildScene(gaps, undefined, undefined).layers.map((layer) => layer.index)).toEqual([1, 2]);
    const layers = buildScene(gaps, undefined, geometry).layers;
    expect(layers.map((layer) => layer.index)).toEqual([0, 1, 2, 3, 4]);
    // Middle of the epitaxial layer: 3.5 + 0.005 + 0.15 + 0.005 + 0.064 mm of other sheets in front of it.
    expect(layers[2]!.z).toBeCloseTo(329.8 + 3.724 + 0.0125, 9);
    expect(buildScene(frameOf([]), undefined, geometry).layers).toHaveLength(50);
  });
});

describe('describeHit', () => {
  it('names everything that is known', () => {
    const scene = buildScene(frame, [{ hits: Int32Array.of(1, 4) }], undefined);
    expect(describeHit(scene, 4)).toBe(
      'event 5 \u00b7 secondary 9 of particle 1 \u00b7 layer 1 \u00b7 (5.00, \u22125.00, 277.60) mm \u00b7 ' +
        '200 keV \u00b7 16 px \u00b7 track 0 (one event, with secondaries)',
    );
    expect(describeHit(scene, 0)).toMatch(/primary .* in no track$/);
  });
});
