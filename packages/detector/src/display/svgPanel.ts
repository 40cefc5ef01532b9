import { escapeMarkup } from './escape.js';
import type { DisplaySettings } from './options.js';
import type { Palette } from './palette.js';
import { fixed, label, linear, textWidth, ticks, type Scale } from './scale.js';
import { describeHit, describeStatus, type LayerLine, type Scene } from './scene.js';
import { dashes, hitRadius, trackColour } from './svgLegend.js';

/** A rectangle of the figure, px. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Draws one projection: layers, true tracks, reconstructed tracks, hits and axes, in this order. */
export function drawPanel(
  scene: Scene,
  settings: DisplaySettings,
  palette: Palette,
  axis: 'x' | 'y',
  box: Box,
  place: { readonly first: boolean; readonly last: boolean },
): string {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const z = linear(...scene.z, box.left, right);
  const t = linear(...scene[axis], bottom, box.top);
  const transverse = axis === 'x' ? scene.frame.posX : scene.frame.posY;
  const path = (hits: readonly number[]): string => {
    const points = hits.map(
      (hit) => `${fixed(z.map(scene.frame.posZ[hit]!))} ${fixed(t.map(transverse[hit]!))}`,
    );
    // A zero-length line with round ends shows a track of one hit.
    return points.length === 1 ? `M${points[0]}h0` : `M${points.join('L')}`;
  };
  return [
    `<g class="panel ${axis}z">`,
    `<rect x="${fixed(box.left)}" y="${fixed(box.top)}" width="${fixed(box.width)}" height="${fixed(box.height)}"`,
    ` fill="${palette.surface}"/>`,
    layerLines(scene.layers, z, box, palette),
    truthLines(scene, settings, palette, path),
    trackLines(scene, settings, palette, path),
    hitDots(scene, settings, palette, (hit) => [
      z.map(scene.frame.posZ[hit]!),
      t.map(transverse[hit]!),
      Math.min(1.5, Math.max(0.7, box.width / 900)),
    ]),
    axes(scene, palette, axis, z, t, box, place),
    '</g>',
  ].join('');
}

function layerLines(layers: readonly LayerLine[], z: Scale, box: Box, palette: Palette): string {
  const bottom = fixed(box.top + box.height);
  const lines = layers.map(({ z: at }) => `M${fixed(z.map(at))} ${fixed(box.top)}V${bottom}`);
  return `<path class="layers" d="${lines.join('') || 'M0 0'}" fill="none" stroke="${palette.layer}" stroke-width="1"/>`;
}

function truthLines(
  scene: Scene,
  settings: DisplaySettings,
  palette: Palette,
  path: (hits: readonly number[]) => string,
): string {
  if (settings.show === 'reconstruction') return '';
  const alone = settings.show === 'truth';
  const rank = new Map(scene.events.map((event, k) => [event, k]));
  const lines = scene.particles.map((particle) => {
    const primary = particle.parent === 0;
    let colour = palette.truth;
    if (settings.colorBy === 'event')
      colour = palette.events[rank.get(particle.event)! % palette.events.length]!;
    else if (alone && settings.colorBy === 'track') colour = palette.kinds[primary ? 0 : 1];
    const kind = primary ? 'primary' : `secondary ${particle.track}`;
    const title = titled(
      settings,
      `true track: event ${particle.event}, ${kind}, ${particle.hits.length} hits`,
    );
    return `<path d="${path(particle.hits)}" stroke="${colour}">${title}</path>`;
  });
  const faint = !alone && settings.colorBy === 'event' ? ' stroke-opacity="0.3"' : '';
  return `<g class="truth" fill="none" stroke-width="${alone ? 1 : 3.2}" ${round}${faint}>${lines.join('')}</g>`;
}

const round = 'stroke-linecap="round" stroke-linejoin="round"';

function trackLines(
  scene: Scene,
  settings: DisplaySettings,
  palette: Palette,
  path: (hits: readonly number[]) => string,
): string {
  if (settings.show === 'truth' || scene.tracks === undefined) return '';
  const rank = new Map(scene.events.map((event, k) => [event, k]));
  // Wrong tracks last, so that they lie on top.
  const groups = [1, 2, 3].map((status) => {
    const lines = scene.tracks!.flatMap((track, number) => {
      if (track.status !== status) return [];
      const eventColour = palette.events[rank.get(track.event)! % palette.events.length]!;
      const colour = trackColour(palette, settings.colorBy, status, eventColour);
      const share = `${track.matching} of ${track.hits.length} hits of event ${track.event}`;
      const title = titled(settings, `reconstructed track ${number}: ${describeStatus(status)}, ${share}`);
      return [`<path d="${path(track.hits)}" stroke="${colour}">${title}</path>`];
    });
    const pattern = dashes[status] ? ` stroke-dasharray="${dashes[status]}"` : '';
    const look = `stroke-width="${status === 1 ? 0.9 : 1.3}" ${round}${pattern}`;
    return `<g class="status${status}" ${look}>${lines.join('')}</g>`;
  });
  const links = scene.tracks
    .filter((track) => track.status === 3)
    .flatMap((track) => falseLinks(scene, track.hits));
  const colour = trackColour(palette, settings.colorBy, 3, palette.text);
  const thick = `<path class="links" d="${links.map(path).join('') || 'M0 0'}" stroke="${colour}" stroke-width="2.6" ${round}/>`;
  return `<g class="reconstruction" fill="none">${groups.join('')}${thick}</g>`;
}

/** Pairs of hits where a track steps from one event to another. */
function falseLinks(scene: Scene, hits: readonly number[]): number[][] {
  const event = scene.frame.eventID;
  return hits.flatMap((hit, k) => (k > 0 && event[hit] !== event[hits[k - 1]!] ? [[hits[k - 1]!, hit]] : []));
}

function hitDots(
  scene: Scene,
  settings: DisplaySettings,
  palette: Palette,
  point: (hit: number) => [x: number, y: number, scale: number],
): string {
  // One group per colour keeps the file small; later groups lie on top, so the rare and the bright come last.
  const groups = new Map<number, number[]>();
  const secondary = (hit: number): boolean => scene.frame.parentID[hit] !== 0;
  const alone = settings.show === 'truth';
  const colours =
    settings.colorBy === 'energy'
      ? palette.energies
      : settings.colorBy === 'event'
        ? palette.events
        : alone
          ? palette.kinds
          : palette.statuses;
  const classOf = (hit: number): number => {
    if (settings.colorBy === 'energy') return scene.hitEnergy[hit]!;
    if (settings.colorBy === 'event') return scene.hitEvent[hit]! % palette.events.length;
    return alone ? Number(secondary(hit)) : scene.hitStatus[hit]!;
  };
  for (let hit = 0; hit < scene.frame.count; hit++) {
    const key = classOf(hit) * 2 + Number(secondary(hit));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [hit]);
    else group.push(hit);
  }
  const drawn = [...groups]
    .sort(([a], [b]) => a - b)
    .map(([key, hits]) => {
      const colour = colours[key >> 1]!;
      const look =
        key % 2 === 1
          ? `fill="${palette.surface}" stroke="${colour}" stroke-width="0.9"`
          : `fill="${colour}" fill-opacity="0.9"`;
      const dots = hits.map((hit) => {
        const [x, y, scale] = point(hit);
        const r = fixed(hitRadius(scene.frame.clusterSize[hit]!) * scale);
        const title = settings.tooltips ? `<title>${escapeMarkup(describeHit(scene, hit))}</title>` : '';
        return title === ''
          ? `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${r}"/>`
          : `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${r}">${title}</circle>`;
      });
      return `<g ${look}>${dots.join('')}</g>`;
    });
  return `<g class="hits">${drawn.join('')}</g>`;
}

function titled(settings: DisplaySettings, text: string): string {
  return settings.tooltips ? `<title>${escapeMarkup(text)}</title>` : '';
}

function axes(
  scene: Scene,
  palette: Palette,
  axis: 'x' | 'y',
  z: Scale,
  t: Scale,
  box: Box,
  place: { readonly first: boolean; readonly last: boolean },
): string {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const marks: string[] = [];
  const texts: string[] = [];
  const text = (x: number, y: number, content: string, more = ''): void => {
    texts.push(`<text x="${fixed(x)}" y="${fixed(y)}"${more}>${content}</text>`);
  };
  for (const value of ticks(t.low, t.high, box.height / 35)) {
    const y = fixed(t.map(value));
    marks.push(`M${fixed(box.left - 5)} ${y}H${fixed(box.left)}`);
    text(box.left - 8, t.map(value) + 4, label(value), ' text-anchor="end"');
  }
  for (const value of ticks(z.low, z.high, box.width / 90)) {
    const x = z.map(value);
    marks.push(`M${fixed(x)} ${fixed(bottom)}v5`);
    if (place.last) text(x, bottom + 18, label(value), ' text-anchor="middle"');
  }
  const middle = box.top + box.height / 2;
  const turned = ` text-anchor="middle" transform="rotate(-90 16 ${fixed(middle)})" fill="${palette.text}"`;
  text(16, middle, `${axis} (mm)`, turned);
  if (place.last) {
    text((box.left + right) / 2, bottom + 35, 'z (mm)', ` text-anchor="middle" fill="${palette.text}"`);
  }
  if (place.first) {
    for (const layer of labelledLayers(scene.layers, z)) {
      const x = z.map(layer.z);
      marks.push(`M${fixed(x)} ${fixed(box.top)}v-4`);
      text(x, box.top - 7, String(layer.index), ' text-anchor="middle" font-size="10"');
    }
    if (scene.layers.length > 0) {
      text(box.left - 8, box.top - 7, 'layer', ' text-anchor="end" font-size="10"');
    }
  }
  const frame = `M${fixed(box.left)} ${fixed(box.top)}H${fixed(right)}V${fixed(bottom)}H${fixed(box.left)}Z`;
  return [
    `<path class="frame" d="${frame}${marks.join('')}" fill="none" stroke="${palette.axis}" stroke-width="1"/>`,
    `<g class="axis" font-size="11.5" fill="${palette.muted}">${texts.join('')}</g>`,
  ].join('');
}

/** Layers whose numbers fit above the panel: multiples of a round step, and layers that stand alone. */
function labelledLayers(layers: readonly LayerLine[], z: Scale): LayerLine[] {
  const least = 14 + textWidth(String(layers.at(-1)?.index ?? 0), 10);
  const apart = (list: readonly LayerLine[], k: number): boolean =>
    k <= 0 || k >= list.length || z.map(list[k]!.z) - z.map(list[k - 1]!.z) >= least;
  const alone = layers.filter((_, k) => apart(layers, k) && apart(layers, k + 1));
  for (const step of [1, 2, 5, 10, 20, 50]) {
    const chosen = layers.filter((layer) => layer.index % step === 0 || alone.includes(layer));
    if (chosen.every((_, k) => apart(chosen, k))) return chosen;
  }
  return alone;
}
