import { clientSource } from './client/index.js';
import { escapeMarkup, scriptJson } from './escape.js';
import type { DisplaySettings } from './options.js';
import { pageStyle } from './pageStyle.js';
import { palettes } from './palette.js';
import { brief } from './scale.js';
import type { Range, Scene } from './scene.js';

/**
 * Writes the scene as one HTML page that loads nothing: style, data and script are inside, and its
 * Content-Security-Policy forbids every request.
 */
export function renderPage(scene: Scene, settings: DisplaySettings): string {
  const title = escapeMarkup(settings.title);
  const nonce = settings.nonce === undefined ? '' : ` nonce="${settings.nonce}"`;
  const source = settings.nonce === undefined ? "'unsafe-inline'" : `'nonce-${settings.nonce}'`;
  const policy = [
    "default-src 'none'",
    `style-src ${source}`,
    `script-src ${source}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style${nonce}>
${pageStyle(settings.theme, settings)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${scene.counts.map((text) => `<span>${escapeMarkup(text)}</span>`).join('')}</p>
</header>
<main>
<div class="stage">
<canvas id="view" tabindex="0" role="application" aria-label="3-D view of the hits and tracks" \
aria-describedby="keys">This display needs a browser with canvas.</canvas>
<dl id="tip" hidden></dl>
</div>
<aside>
${choice('show', 'Show', { truth: 'truth', reconstruction: 'tracks found', both: 'both' }, scene.tracks === undefined)}
${choice('colorBy', 'Colour by', { track: scene.tracks === undefined ? 'kind' : 'outcome', event: 'event', energy: 'energy' }, false)}
<fieldset>
<legend>Look</legend>
<div class="buttons">
<button type="button" data-look="both">3-D</button>
<button type="button" data-look="xz">x\u2013z</button>
<button type="button" data-look="yz">y\u2013z</button>
<button type="button" data-look="beam">along beam</button>
<button type="button" data-zoom="1.25" aria-label="Zoom in">+</button>
<button type="button" data-zoom="0.8" aria-label="Zoom out">\u2212</button>
</div>
</fieldset>
<fieldset>
<legend><label for="stretch">Stretch x and y</label></legend>
<div class="slider"><input id="stretch" type="range" min="1" max="8" step="0.1">\
<output id="stretched" for="stretch"></output></div>
</fieldset>
<h2>Legend</h2>
<ul id="legend"></ul>
${help}
</aside>
</main>
<p id="spoken" class="unseen" aria-live="polite"></p>
<noscript>This event display needs JavaScript.</noscript>
<script type="application/json" id="data"${nonce}>${scriptJson(pageData(scene, settings))}</script>
<script${nonce}>
${clientSource}</script>
</body>
</html>
`;
}

const help = `<details id="keys">
<summary>Mouse, touch and keys</summary>
<dl>
<dt>drag, arrows</dt><dd>rotate</dd>
<dt>wheel, pinch, <kbd>+</kbd> <kbd>-</kbd></dt><dd>zoom</dd>
<dt>shift and drag or arrows</dt><dd>move</dd>
<dt>point, click</dt><dd>data of a hit or track; click keeps it</dd>
<dt><kbd>N</kbd> <kbd>P</kbd></dt><dd>next, previous hit</dd>
<dt><kbd>Esc</kbd></dt><dd>let go</dd>
<dt><kbd>R</kbd></dt><dd>reset the view</dd>
</dl>
</details>`;

function choice(name: string, title: string, words: Record<string, string>, truthOnly: boolean): string {
  const labels = Object.entries(words).map(([value, text]) => {
    const disabled = truthOnly && value !== 'truth' ? ' disabled' : '';
    return `<label><input type="radio" name="${name}" value="${value}"${disabled}><span>${text}</span></label>`;
  });
  return `<fieldset>\n<legend>${title}</legend>\n<div class="choice">${labels.join('')}</div>\n</fieldset>`;
}

/** What the script of the page reads. Lengths in mm, deposits in keV. */
function pageData(scene: Scene, settings: DisplaySettings): unknown {
  const { frame } = scene;
  const rank = new Map(scene.events.map((event, k) => [event, k]));
  return {
    title: settings.title,
    show: settings.show,
    colorBy: settings.colorBy,
    view: settings.view,
    theme: settings.theme ?? 'auto',
    count: frame.count,
    box: { x: scene.x, y: scene.y, z: scene.z },
    stretch: goodStretch(scene.x, scene.z),
    layers: scene.layers.map(({ index, z }) => ({ index, z: rounded(z, 1000) })),
    energyLabels: [`${brief(scene.energyRange[0])} keV`, `${brief(scene.energyRange[1])} keV (log)`],
    hits: {
      x: Array.from(frame.posX, (value) => rounded(value, 1000)),
      y: Array.from(frame.posY, (value) => rounded(value, 1000)),
      z: Array.from(frame.posZ, (value) => rounded(value, 1000)),
      keV: Array.from(frame.edep, (value) => rounded(value * 1000, 100)),
      size: Array.from(frame.clusterSize),
      layer: Array.from(frame.layer),
      event: Array.from(frame.eventID),
      secondary: Array.from(frame.parentID, (parent) => (parent === 0 ? 0 : 1)),
      rank: Array.from(scene.hitEvent),
      particle: Array.from(scene.hitParticle),
      status: Array.from(scene.hitStatus),
      energy: Array.from(scene.hitEnergy),
    },
    particles: scene.particles.map((particle) => ({ ...particle, rank: rank.get(particle.event) })),
    tracks: (scene.tracks ?? []).map((track) => ({ ...track, rank: rank.get(track.event) })),
    palettes,
  };
}

/** Exaggeration that makes the box half as wide as long, in steps of 0.1, between none and 8. */
function goodStretch(x: Range, z: Range): number {
  const wanted = (0.5 * (z[1] - z[0])) / (x[1] - x[0]);
  return Math.round(10 * Math.min(8, Math.max(1, wanted))) / 10;
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts + 0;
}
