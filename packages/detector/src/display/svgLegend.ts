import { escapeMarkup } from './escape.js';
import type { DisplaySettings } from './options.js';
import { energyBins, type Palette } from './palette.js';
import { brief, fixed, textWidth } from './scale.js';
import type { Scene } from './scene.js';

/** A piece of the legend: drawn from x = 0 on, centred on y = 0, `width` pixels wide. */
export interface LegendEntry {
  readonly svg: string;
  readonly width: number;
}

/** Stroke patterns by track status; the pattern says the same as the colour, for readers and prints without it. */
export const dashes = ['', '', '1 3', '5 2.5'] as const;

/** Colour of a reconstructed track, given the colour of its event. */
export function trackColour(
  palette: Palette,
  colorBy: 'track' | 'event' | 'energy',
  status: number,
  eventColour: string,
): string {
  if (colorBy === 'event') return eventColour;
  if (colorBy === 'energy' && status === 1) return palette.found;
  return palette.statuses[status]!;
}

/** Radius of a hit's dot, px, at scale 1: its area grows with the pixel cluster. */
export function hitRadius(clusterSize: number): number {
  return Math.min(4.5, 0.62 * Math.sqrt(clusterSize) + 0.25);
}

/** The entries that the figure needs, lines first. */
export function legendEntries(scene: Scene, settings: DisplaySettings, palette: Palette): LegendEntry[] {
  const { colorBy, show } = settings;
  const entries: LegendEntry[] = [];
  const alone = show === 'truth';
  const anySecondary = scene.particles.some((particle) => particle.parent !== 0);
  if (alone && colorBy === 'track') {
    entries.push(line('primary', palette.kinds[0], 1.4, ''));
    if (anySecondary) entries.push(line('secondary', palette.kinds[1], 1.4, ''));
  } else if (show !== 'reconstruction') {
    entries.push(line('true track', palette.truth, alone ? 1.4 : 4, ''));
  }
  if (!alone) {
    const colour = (status: number): string => trackColour(palette, colorBy, status, palette.text);
    entries.push(line('correct track', colour(1), 1.4, dashes[1]));
    if (scene.tracks!.some((track) => track.status === 2)) {
      entries.push(line('one event, with secondaries', colour(2), 1.4, dashes[2]));
    }
    entries.push(line('wrong track', colour(3), 1.4, dashes[3]));
    if (scene.tracks!.some((track) => track.status === 3)) {
      entries.push(line('false link', colour(3), 2.6, ''));
    }
  }
  const ink = palette.muted;
  entries.push(sizes(ink));
  if (anySecondary) entries.push(dot('secondary hit', ink, true));
  if (!alone && colorBy === 'track') entries.push(dot('hit in no track', palette.statuses[0], false));
  if (colorBy === 'energy') entries.push(energyScale(scene, palette));
  if (colorBy === 'event') entries.push(eventColours(palette));
  return entries;
}

function words(text: string, x: number): string {
  return `<text x="${fixed(x)}" y="4">${escapeMarkup(text)}</text>`;
}

function line(text: string, colour: string, thickness: number, dash: string): LegendEntry {
  const pattern = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  const stroke = `<line x2="24" stroke="${colour}" stroke-width="${thickness}"${pattern}/>`;
  return { svg: stroke + words(text, 30), width: 30 + textWidth(text, 11.5) };
}

function dot(text: string, colour: string, hollow: boolean): LegendEntry {
  const look = hollow ? `fill="none" stroke="${colour}" stroke-width="1"` : `fill="${colour}"`;
  const svg = `<circle cx="4" cy="0" r="3" ${look}/>${words(text, 12)}`;
  return { svg, width: 12 + textWidth(text, 11.5) };
}

function sizes(colour: string): LegendEntry {
  let x = 0;
  let svg = '';
  for (const size of [2, 8, 20]) {
    const r = hitRadius(size);
    svg += `<circle cx="${fixed(x + r)}" cy="0" r="${fixed(r)}" fill="${colour}"/>`;
    x += 2 * r + 3.5;
  }
  const text = 'hit of 2, 8, 20 pixels';
  return { svg: svg + words(text, x + 5), width: x + 5 + textWidth(text, 11.5) };
}

function energyScale(scene: Scene, palette: Palette): LegendEntry {
  const [low, high] = scene.energyRange;
  const texts = [brief(low), `${brief(high)} keV (log)`] as const;
  const start = textWidth(texts[0], 11.5) + 6;
  const cell = 4;
  const cells = palette.energies.map(
    (colour, k) =>
      `<rect x="${fixed(start + k * cell)}" y="-5" width="${cell + 0.3}" height="10" fill="${colour}"/>`,
  );
  const end = start + energyBins * cell + 6;
  return {
    svg: words(texts[0], 0) + cells.join('') + words(texts[1], end),
    width: end + textWidth(texts[1], 11.5),
  };
}

function eventColours(palette: Palette): LegendEntry {
  const dots = palette.events.map(
    (colour, k) => `<circle cx="${4 + k * 9}" cy="0" r="3.5" fill="${colour}"/>`,
  );
  const end = palette.events.length * 9 + 5;
  const text = 'by event, repeating';
  return { svg: dots.join('') + words(text, end), width: end + textWidth(text, 11.5) };
}
