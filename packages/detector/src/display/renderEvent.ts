import type { Frame } from '../frame.js';
import { checkTracks } from '../metrics/checkTracks.js';
import { checkDrawable, checkDisplayGeometry } from './check.js';
import { resolveOptions, type RenderEventOptions } from './options.js';
import { renderPage } from './page.js';
import { buildScene } from './scene.js';
import { renderSvg } from './svg.js';

/**
 * Draws the hits and tracks of one readout frame, as a figure or as an interactive page.
 *
 * A true track joins the hits of one particle. A reconstructed track is *correct* if all its hits belong to the
 * primary of one event (also if it is only a part of it), *wrong* if they come from several events; one that
 * stays within an event but takes in hits of secondaries is shown as a class of its own.
 *
 * - `'svg'`: x-z and y-z projections over one z axis (mm, both at the same transverse scale), layers, hits as
 *   dots whose area grows with the cluster size, hollow for secondaries, a legend and the counts. Standalone,
 *   without ids, scripts or style sheets, so it can be put into a page or a paper as it is.
 * - `'html'`: one page without external requests: rotate by dragging or arrow keys, zoom by wheel, pinch or
 *   + and -, point at a hit or step through hits with N and P for its data.
 *
 * @param frame - one readout frame; positions in millimetres, deposits in MeV
 * @param options - see {@link RenderEventOptions}
 * @returns the text of the document; equal input gives equal text
 * @throws {@link InvalidArgumentError} if the frame holds NaN or is not sorted, a track does not fit the frame,
 * or an option is outside its range
 * @example
 * ```ts
 * const tracks = await tracker.reconstruct(frame);
 * const figure = renderEvent(frame, { format: 'svg', tracks, title: '100 protons behind 150 mm of water' });
 * ```
 */
export function renderEvent(frame: Frame, options: RenderEventOptions = {}): string {
  checkDrawable(frame);
  const settings = resolveOptions(options, frame.index);
  if (options.tracks !== undefined) checkTracks(options.tracks, frame, 'renderEvent');
  if (options.geometry !== undefined) checkDisplayGeometry(options.geometry, frame);
  const scene = buildScene(frame, options.tracks, options.geometry);
  return settings.format === 'svg' ? renderSvg(scene, settings) : renderPage(scene, settings);
}
