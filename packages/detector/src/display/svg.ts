import { escapeMarkup } from './escape.js';
import type { DisplaySettings } from './options.js';
import { palettes } from './palette.js';
import { fixed, textWidth, wrap } from './scale.js';
import type { Scene } from './scene.js';
import { legendEntries } from './svgLegend.js';
import { drawPanel } from './svgPanel.js';

/** Helvetica has the widest coverage in viewers; the generic name is the fallback. */
const font = "Helvetica, Arial, 'Liberation Sans', sans-serif";

const margin = { left: 58, right: 18, top: 16, bottom: 14 };
const lineHeight = 18;
const gapBetweenPanels = 16;
const separator = '  \u00b7  ';

/** Draws the scene as a standalone SVG document: heading, legend, one or two projections, footer. */
export function renderSvg(scene: Scene, settings: DisplaySettings): string {
  const palette = palettes[settings.theme ?? 'light'];
  const width = settings.width ?? 960;
  const height = settings.height ?? (settings.view === 'both' ? 680 : 440);
  const inner = width - margin.left - margin.right;
  const parts: string[] = [];

  const heading = wrap(settings.title, 17, inner, 2);
  heading.forEach((line, k) => {
    const place = `x="${margin.left}" y="${margin.top + 13 + 21 * k}"`;
    const look = `font-size="17" font-weight="bold" fill="${palette.text}"`;
    parts.push(`<text ${place} ${look}>${escapeMarkup(line)}</text>`);
  });

  const legend = flow(legendEntries(scene, settings, palette), inner, (entry) => entry.width, 20);
  const legendTop = margin.top + 9 + 21 * heading.length;
  parts.push(`<g class="legend" font-size="11.5" fill="${palette.text}">`);
  for (const { item, x, row } of legend.placed) {
    parts.push(
      `<g transform="translate(${fixed(margin.left + x)} ${legendTop + row * lineHeight})">${item.svg}</g>`,
    );
  }
  parts.push('</g>');

  const footer = flow(scene.counts, inner, (text) => textWidth(text, 11), textWidth(separator, 11));
  const footerTop = height - margin.bottom - (footer.rows - 1) * 15;
  const panels =
    settings.view === 'both' ? (['x', 'y'] as const) : ([settings.view === 'xz' ? 'x' : 'y'] as const);
  const top = legendTop + legend.rows * lineHeight + 26;
  const bottom = footerTop - 15 - 36;
  const panelHeight = Math.max(20, (bottom - top - gapBetweenPanels * (panels.length - 1)) / panels.length);
  panels.forEach((axis, k) => {
    const y = top + k * (panelHeight + gapBetweenPanels);
    const box = { left: margin.left, top: y, width: inner, height: panelHeight };
    const place = { first: k === 0, last: k === panels.length - 1 };
    parts.push(drawPanel(scene, settings, palette, axis, box, place));
  });

  parts.push(`<g class="counts" font-size="11" fill="${palette.muted}">`);
  for (let row = 0; row < footer.rows; row++) {
    const line = footer.placed.filter((placed) => placed.row === row).map(({ item }) => item);
    const y = fixed(footerTop + row * 15);
    parts.push(`<text x="${margin.left}" y="${y}">${escapeMarkup(line.join(separator))}</text>`);
  }
  parts.push('</g>');

  const size = `width="${fixed(width)}" height="${fixed(height)}" viewBox="0 0 ${fixed(width)} ${fixed(height)}"`;
  const title = escapeMarkup(settings.title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${title}" font-family="${font}">`,
    `<title>${title}</title>`,
    `<desc>${escapeMarkup(describe(scene, settings))}</desc>`,
    `<rect width="100%" height="100%" fill="${palette.background}"/>`,
    parts.join(''),
    '</svg>\n',
  ].join('\n');
}

function describe(scene: Scene, settings: DisplaySettings): string {
  const views = { xz: 'x-z projection', yz: 'y-z projection', both: 'x-z and y-z projections' };
  const lines = {
    truth: 'true tracks',
    reconstruction: 'reconstructed tracks',
    both: 'true and reconstructed tracks',
  };
  const what = `${views[settings.view]} of the hits, with ${lines[settings.show]}; the beam runs along z.`;
  return `Event display of a tracking calorimeter: ${what} ${scene.counts.join('; ')}.`;
}

/** Sets items one after the other, with a new row where the next does not fit. */
function flow<T>(
  items: readonly T[],
  room: number,
  widthOf: (item: T) => number,
  gap: number,
): { placed: { item: T; x: number; row: number }[]; rows: number } {
  let x = 0;
  let row = 0;
  const placed = items.map((item) => {
    const width = widthOf(item);
    if (x > 0 && x + width > room) {
      x = 0;
      row++;
    }
    const at = { item, x, row };
    x += width + gap;
    return at;
  });
  return { placed, rows: row + 1 };
}
