import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import { digitalTrackingCalorimeter } from '../../src/digitalTrackingCalorimeter.js';
import type { RenderEventOptions } from '../../src/display/options.js';
import { renderEvent } from '../../src/display/renderEvent.js';
import type { Frame } from '../../src/frame.js';
import { syntheticFrame } from './synthetic.js';

const { frame, tracks } = syntheticFrame(6);

/** The error that a call throws. */
function errorOf(input: Frame, options?: unknown): Error {
  try {
    renderEvent(input, options as RenderEventOptions);
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('renderEvent', () => {
  it.each(['svg', 'html'] as const)('gives equal text for equal input, as %s', (format) => {
    const again = syntheticFrame(6);
    expect(renderEvent(again.frame, { format, tracks: again.tracks })).toBe(
      renderEvent(frame, { format, tracks }),
    );
  });

  it('changes neither the frame nor the tracks', () => {
    const before = JSON.stringify([frame, tracks.map((track) => [...track.hits])]);
    renderEvent(frame, { tracks });
    renderEvent(frame, { tracks, format: 'html' });
    expect(JSON.stringify([frame, tracks.map((track) => [...track.hits])])).toBe(before);
  });

  it('names the frame where no title is given', () => {
    expect(renderEvent(frame)).toContain('<title>Readout frame 3</title>');
    expect(renderEvent(frame, { format: 'html' })).toContain('<h1>Readout frame 3</h1>');
  });

  it.each([
    [{ format: 'png' }, /options\.format must be one of "svg", "html", got "png"/],
    [{ view: 'xy' }, /options\.view must be one of/],
    [{ colorBy: 'charge' }, /options\.colorBy must be one of/],
    [{ theme: 'blue' }, /options\.theme must be one of/],
    [{ show: 'all' }, /options\.show must be one of/],
    [{ show: 'both' }, /options\.show 'both' needs options\.tracks/],
    [{ width: NaN }, /options\.width must be .* 320 to 10000, got NaN/],
    [{ width: 100 }, /options\.width must be .* got 100/],
    [{ height: Infinity }, /options\.height must be .* 240 to 10000, got Infinity/],
    [{ title: 3 }, /options\.title must be a string, got 3/],
    [{ tooltips: 'no' }, /options\.tooltips must be true or false/],
    [{ nonce: 'a"b' }, /options\.nonce must be letters/],
    [{ tracks: 5 }, /options\.tracks must be a list of tracks, got 5/],
  ])('refuses the options %o', (options, message) => {
    const error = errorOf(frame, options);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/^renderEvent: /);
    expect(error.message).toMatch(message);
  });

  it.each([
    ['posX', NaN],
    ['posZ', Infinity],
    ['posY', 2e6],
    ['edep', -0.1],
    ['edep', NaN],
    ['clusterSize', 0],
  ] as const)('refuses a frame with %s = %d', (name, value) => {
    const column = Float64Array.from(frame[name]);
    column[2] = value;
    const error = errorOf({ ...frame, [name]: column });
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(/^renderEvent: .*(hit 2|\[2\])/);
  });

  it('refuses columns of another length and hits in another order', () => {
    expect(errorOf({ ...frame, edep: frame.edep.subarray(1) })).toBeInstanceOf(InvalidArgumentError);
    expect(errorOf({ ...frame, layer: frame.layer.slice().reverse() })).toBeInstanceOf(InvalidArgumentError);
  });

  it.each([
    ['no hit', []],
    ['a hit that is not there', [frame.count]],
    ['a negative index', [-1]],
    ['the front first', [frame.count - 1, 0]],
  ])('refuses a track with %s', (_, hits) => {
    const error = errorOf(frame, { tracks: [...tracks, { hits: Int32Array.from(hits) }] });
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toContain(`track ${tracks.length}`);
  });

  it('refuses a geometry that does not fit', () => {
    const geometry = digitalTrackingCalorimeter();
    const [first] = geometry.layers;
    const cases = [
      [{ ...geometry, layers: geometry.layers.slice(0, 3) }, /the frame's layers/],
      [{ ...geometry, layers: [] }, /geometry must have a layer/],
      [{ ...geometry, layers: [{ ...first!, frontMm: NaN }, ...geometry.layers] }, /layers\[0\]\.frontMm/],
      [
        { ...geometry, layers: [{ ...first!, slabs: [] }, ...geometry.layers] },
        /exactly one sensitive slab, got 0/,
      ],
    ] as const;
    for (const [wrong, message] of cases) {
      const error = errorOf(frame, { geometry: wrong });
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error.message).toMatch(message);
    }
  });
});
