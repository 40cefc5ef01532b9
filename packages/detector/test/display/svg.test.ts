import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RenderEventOptions } from '../../src/display/options.js';
import { renderEvent } from '../../src/display/renderEvent.js';
import { frameOf, syntheticFrame } from './synthetic.js';
import { all, groups, parseXml, type Element } from './xml.js';

const { frame, tracks } = syntheticFrame(20);
const draw = (options: RenderEventOptions = {}): Element => parseXml(renderEvent(frame, options));
const particles = new Set(Array.from(frame.eventID, (event, i) => `${event}/${frame.trackID[i]}`)).size;

describe('renderEvent to SVG', () => {
  it('draws every hit and every line once per projection', () => {
    const root = draw({ tracks });
    const panels = groups(root, 'panel');
    expect(panels.map((panel) => panel.attributes['class'])).toEqual(['panel xz', 'panel yz']);
    for (const panel of panels) {
      expect(all(groups(panel, 'hits')[0]!, 'circle')).toHaveLength(frame.count);
      expect(all(groups(panel, 'truth')[0]!, 'path')).toHaveLength(particles);
      const lines = all(groups(panel, 'reconstruction')[0]!, 'path');
      expect(lines.filter((line) => line.attributes['class'] !== 'links')).toHaveLength(tracks.length);
    }
  });

  it.each([
    ['xz', ['panel xz']],
    ['yz', ['panel yz']],
  ] as const)('draws one projection for view %s', (view, expected) => {
    expect(groups(draw({ view }), 'panel').map((panel) => panel.attributes['class'])).toEqual(expected);
  });

  it('shows only the lines that are asked for', () => {
    const truth = draw({ tracks, show: 'truth' });
    expect([groups(truth, 'truth').length, groups(truth, 'reconstruction').length]).toEqual([2, 0]);
    const found = draw({ tracks, show: 'reconstruction' });
    expect([groups(found, 'truth').length, groups(found, 'reconstruction').length]).toEqual([0, 2]);
  });

  it('puts hits where the axes say', () => {
    const one = frameOf([
      { x: 12, y: -7, edep: 0.02, event: 0, track: 1, parent: 0, layer: 0 },
      { x: -12, y: 7, edep: 0.02, event: 1, track: 1, parent: 0, layer: 1 },
    ]);
    for (const panel of groups(parseXml(renderEvent(one)), 'panel')) {
      const texts = all(groups(panel, 'axis')[0]!, 'text');
      const tick = (anchor: string, value: string): number => {
        const found = texts.find((t) => t.attributes['text-anchor'] === anchor && t.text === value)!;
        return Number(found.attributes[anchor === 'end' ? 'y' : 'x']) - (anchor === 'end' ? 4 : 0);
      };
      // Linear interpolation between the ticks at 0 and 10 must give the value of each hit.
      const perMm = (tick('end', '10') - tick('end', '0')) / 10;
      const dots = all(groups(panel, 'hits')[0]!, 'circle');
      const values = dots.map((dot) => (Number(dot.attributes['cy']) - tick('end', '0')) / perMm);
      const expected = panel.attributes['class'] === 'panel xz' ? [-12, 12] : [7, -7];
      values.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 1));
    }
  });

  it('gives every hit a title, unless told not to', () => {
    const titled = all(groups(draw({ tracks }), 'hits')[0]!, 'circle');
    expect(titled.every((dot) => /^event \d+ .* keV .* px/.test(dot.children[0]!.text))).toBe(true);
    const plain = draw({ tracks, tooltips: false });
    expect(all(plain, 'title')).toHaveLength(1);
  });

  it('makes the area of a dot grow with the cluster', () => {
    const sizes = [0.005, 0.02, 0.1].map((edep, event) => ({
      x: event,
      y: 0,
      edep,
      event,
      track: 1,
      parent: 0,
      layer: 0,
    }));
    const dots = all(groups(parseXml(renderEvent(frameOf(sizes))), 'hits')[0]!, 'circle');
    const radii = dots.map((dot) => Number(dot.attributes['r']));
    expect(radii[0]).toBeLessThan(radii[1]!);
    expect(radii[1]).toBeLessThan(radii[2]!);
  });

  it('marks wrong tracks by a pattern as well as a colour, and draws their false links', () => {
    const wrong = [Int32Array.of(0, frame.layerOffsets[1]!), Int32Array.of(0)];
    const other = Array.from({ length: frame.count }, (_, i) => i).find(
      (i) => frame.layer[i] === frame.layer[0]! - 1 && frame.eventID[i] !== frame.eventID[0],
    )!;
    wrong[0] = Int32Array.of(0, other);
    const [panel] = groups(draw({ tracks: wrong.map((hits) => ({ hits })) }), 'panel');
    const status = groups(panel!, 'status3')[0]!;
    const correct = groups(panel!, 'status1')[0]!;
    expect(status.children).toHaveLength(1);
    expect(correct.children).toHaveLength(1);
    expect(status.attributes['stroke-dasharray']).toBeDefined();
    expect(correct.attributes['stroke-dasharray']).toBeUndefined();
    expect(status.children[0]!.attributes['stroke']).not.toBe(correct.children[0]!.attributes['stroke']);
    const links = all(panel!, 'path').find((path) => path.attributes['class'] === 'links')!;
    expect(links.attributes['d']!.match(/M/g)).toHaveLength(1);
  });

  it('is accessible and standalone', () => {
    const root = draw({ tracks, title: 'Frame of a test' });
    expect(root.attributes).toMatchObject({
      role: 'img',
      'aria-label': 'Frame of a test',
      xmlns: 'http://www.w3.org/2000/svg',
      width: '960',
      height: '680',
      viewBox: '0 0 960 680',
    });
    expect(root.children.slice(0, 2).map((child) => child.name)).toEqual(['title', 'desc']);
    expect(root.children[1]!.text).toContain('20 events');
    const text = renderEvent(frame, { tracks });
    expect(text).not.toMatch(/href|url\(|<script|<style|\bid=/);
  });

  it('counts in the footer', () => {
    const footer = groups(draw({ tracks }), 'counts')[0]!;
    const text = all(footer, 'text')
      .map((line) => line.text)
      .join(' ');
    expect(text).toContain('frame 3');
    expect(text).toContain(`${tracks.length} reconstructed tracks`);
  });

  it('stays well-formed for any title and keeps it as text', () => {
    const titles = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('</svg><script>alert(1)</script>', ']]>', '" onload="alert(1)', '&nbsp;', ''),
    );
    const small = frameOf([]);
    fc.assert(
      fc.property(titles, (title) => {
        const root = parseXml(renderEvent(small, { title }));
        expect(root.attributes['aria-label']).toBe(root.children[0]!.text);
        expect(all(root, 'script')).toHaveLength(0);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['track', 'event', 'energy'] as const)(
    'draws all hits in any size and theme, coloured by %s',
    (colorBy) => {
      const sizes = fc.record({
        width: fc.double({ min: 320, max: 3000, noNaN: true }),
        height: fc.double({ min: 240, max: 3000, noNaN: true }),
        theme: fc.constantFrom('light' as const, 'dark' as const),
      });
      const few = syntheticFrame(3);
      fc.assert(
        fc.property(sizes, (options) => {
          const text = renderEvent(few.frame, { ...options, tracks: few.tracks, colorBy, tooltips: false });
          expect(text).not.toMatch(/NaN|Infinity|undefined/);
          const hits = groups(parseXml(text), 'hits');
          expect(hits.map((group) => all(group, 'circle').length)).toEqual([
            few.frame.count,
            few.frame.count,
          ]);
        }),
        { numRuns: 20 },
      );
    },
  );

  it('draws a frame without hits and one with a single layer', () => {
    const empty = parseXml(renderEvent(frameOf([]), { tracks: [] }));
    expect(groups(empty, 'hits').flatMap((group) => all(group, 'circle'))).toHaveLength(0);
    const single = frameOf(
      [0, 1].map((event) => ({ x: 3, y: 3, edep: 0, event, track: 1, parent: 0, layer: 4 })),
    );
    const text = renderEvent(single, { colorBy: 'energy' });
    expect(text).not.toMatch(/NaN|Infinity/);
    expect(all(groups(parseXml(text), 'hits')[0]!, 'circle')).toHaveLength(2);
  });
});
