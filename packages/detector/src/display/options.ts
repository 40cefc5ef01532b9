import { checkFinite, checkOneOf, describeValue, InvalidArgumentError } from '@pct/core';
import type { DetectorGeometry } from '../geometry.js';
import type { Track } from '../frame.js';

/** Options of {@link renderEvent}. */
export interface RenderEventOptions {
  /**
   * `'svg'`: a standalone figure for print. `'html'`: a self-contained page that can be rotated, zoomed and queried.
   *
   * @defaultValue `'svg'`
   */
  readonly format?: 'svg' | 'html' | undefined;
  /**
   * Reconstructed tracks, drawn over the true ones. A hit may be in any number of tracks.
   *
   * @defaultValue none: only the truth is drawn
   */
  readonly tracks?: readonly Track[] | undefined;
  /**
   * Heading of the figure.
   *
   * @defaultValue `'Readout frame <index>'`
   */
  readonly title?: string | undefined;
  /**
   * Projection: `'xz'` (seen along y), `'yz'` (seen along x), or both. An SVG stacks the two over one z axis;
   * a page starts from that direction, or for `'both'` from an oblique one.
   *
   * @defaultValue `'both'`
   */
  readonly view?: 'xz' | 'yz' | 'both' | undefined;
  /**
   * Which lines are drawn. On a page the reader can change it.
   *
   * @defaultValue `'both'` with `tracks`, `'truth'` without
   */
  readonly show?: 'truth' | 'reconstruction' | 'both' | undefined;
  /**
   * What colour means. `'track'`: the outcome of the reconstruction (correct, wrong, ...), or for the truth alone
   * primary and secondary particles. `'event'`: the primary proton; colours repeat after seven.
   * `'energy'`: the energy deposit, logarithmic. On a page the reader can change it.
   *
   * @defaultValue `'track'`
   */
  readonly colorBy?: 'track' | 'event' | 'energy' | undefined;
  /**
   * Colours for a light or a dark surrounding.
   *
   * @defaultValue `'light'` for SVG; a page follows the reader's `prefers-color-scheme`
   */
  readonly theme?: 'light' | 'dark' | undefined;
  /**
   * Width, CSS pixels, 320 to 10000; of the figure, or of a page's drawing area.
   *
   * @defaultValue 960 for SVG; a page fills its window
   */
  readonly width?: number | undefined;
  /**
   * Height, CSS pixels, 240 to 10000; of the figure, or of a page's drawing area.
   *
   * @defaultValue 680 for SVG, 440 if it shows one projection; a page fills its window
   */
  readonly height?: number | undefined;
  /**
   * Adds the layers without hits, and takes every layer's z from its sensitive slab.
   *
   * @defaultValue layers are the ones that hold hits, at the mean z of these
   */
  readonly geometry?: DetectorGeometry | undefined;
  /**
   * Gives each hit and track of an SVG a `<title>`, which browsers show on hover. They are two thirds of the file.
   *
   * @defaultValue true
   */
  readonly tooltips?: boolean | undefined;
  /**
   * Nonce of the style and the scripts of a page, for a Content-Security-Policy without `'unsafe-inline'`.
   * Letters, digits and `+ / = - _`.
   *
   * @defaultValue none
   */
  readonly nonce?: string | undefined;
}

/** {@link RenderEventOptions} with its defaults, checked. */
export interface DisplaySettings {
  readonly format: 'svg' | 'html';
  readonly title: string;
  readonly view: 'xz' | 'yz' | 'both';
  readonly show: 'truth' | 'reconstruction' | 'both';
  readonly colorBy: 'track' | 'event' | 'energy';
  readonly theme: 'light' | 'dark' | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly tooltips: boolean;
  readonly nonce: string | undefined;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @param options - see {@link RenderEventOptions}
 * @param frameIndex - for the default title
 * @throws {@link InvalidArgumentError} if an option is outside its range
 */
export function resolveOptions(options: RenderEventOptions, frameIndex: number): DisplaySettings {
  const { title = `Readout frame ${frameIndex}`, tooltips = true, nonce, theme, width, height } = options;
  const hasTracks = options.tracks !== undefined;
  if (typeof title !== 'string') refuse('title', 'a string', title);
  if (typeof tooltips !== 'boolean') refuse('tooltips', 'true or false', tooltips);
  if (hasTracks && !Array.isArray(options.tracks)) refuse('tracks', 'a list of tracks', options.tracks);
  if (nonce !== undefined && (typeof nonce !== 'string' || !/^[A-Za-z0-9+/=_-]+$/.test(nonce))) {
    refuse('nonce', 'letters, digits and + / = - _', nonce);
  }
  const show = checkOneOf(name, 'options.show', options.show ?? (hasTracks ? 'both' : 'truth'), shows);
  if (show !== 'truth' && !hasTracks) {
    throw new InvalidArgumentError(
      `${name}: options.show '${show}' needs options.tracks, got none; pass the tracks, or show 'truth'`,
    );
  }
  return {
    format: checkOneOf(name, 'options.format', options.format ?? 'svg', ['svg', 'html']),
    title,
    view: checkOneOf(name, 'options.view', options.view ?? 'both', ['xz', 'yz', 'both']),
    show,
    colorBy: checkOneOf(name, 'options.colorBy', options.colorBy ?? 'track', ['track', 'event', 'energy']),
    theme: theme === undefined ? undefined : checkOneOf(name, 'options.theme', theme, ['light', 'dark']),
    width:
      width === undefined ? undefined : checkFinite(name, 'options.width', width, { min: 320, max: 10_000 }),
    height:
      height === undefined
        ? undefined
        : checkFinite(name, 'options.height', height, { min: 240, max: 10_000 }),
    tooltips,
    nonce,
  };
}

const name = 'renderEvent';
const shows = ['truth', 'reconstruction', 'both'] as const;

function refuse(option: string, expected: string, got: unknown): never {
  throw new InvalidArgumentError(`${name}: options.${option} must be ${expected}, got ${describeValue(got)}`);
}
