/** Script of the page, part 3: the legend and the data of a hit or track, as DOM nodes; text only, never markup. */
export const legendSource = String.raw`
// ---- words and small elements -------------------------------------------------------------------------------

const statusWords = ['in no track', 'correct', 'one event, with secondaries', 'wrong'];

function element(name, text, parent) {
  const node = document.createElement(name);
  if (text !== '') node.textContent = text;
  if (parent !== undefined) parent.append(node);
  return node;
}

function shape(name, attributes, parent) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  parent.append(node);
  return node;
}

// ---- legend -------------------------------------------------------------------------------------------------

function drawLegend(list, data, palette, show, colorBy) {
  list.replaceChildren();
  const entry = (text) => {
    const item = element('li', '', list);
    const picture = shape('svg', { width: 34, height: 14, viewBox: '0 0 34 14', 'aria-hidden': 'true' }, item);
    element('span', text, item);
    return picture;
  };
  const line = (text, colour, width, dash) => {
    const pattern = { x1: 2, x2: 32, y1: 7, y2: 7, stroke: colour, 'stroke-width': width };
    shape('line', { ...pattern, 'stroke-dasharray': dash.join(' ') || 'none' }, entry(text));
  };
  const dot = (text, colour, hollow) => {
    const fill = hollow ? palette.background : colour;
    shape('circle', { cx: 17, cy: 7, r: 3.5, fill, stroke: colour, 'stroke-width': 1.2 }, entry(text));
  };
  const alone = show === 'truth';
  const anySecondary = data.particles.some((particle) => particle.parent !== 0);
  if (alone && colorBy === 'track') {
    line('primary', palette.kinds[0], 1.5, []);
    if (anySecondary) line('secondary', palette.kinds[1], 1.5, []);
  } else if (show !== 'reconstruction') {
    line('true track', palette.truth, alone ? 1.5 : 4, []);
  }
  if (!alone) {
    for (const status of [1, 2, 3]) {
      const number = data.tracks.filter((track) => track.status === status).length;
      if (status === 2 && number === 0) continue;
      const colour = trackColour(palette, colorBy, status, palette.text);
      const name = status === 2 ? statusWords[2] : statusWords[status] + ' track';
      line(name + ' (' + number + ')', colour, 1.8, dashes[status]);
      if (status === 3 && number > 0) line('false link', colour, 3.2, []);
    }
    if (colorBy === 'track') dot('hit in no track', palette.statuses[0], false);
  }
  const ink = palette.muted;
  if (anySecondary) dot('hit of a secondary', ink, true);
  const sizes = entry('hit of 2, 8, 20 pixels');
  [[4, 2], [13, 8], [26, 20]].forEach(([cx, size]) => {
    shape('circle', { cx, cy: 7, r: (0.62 * Math.sqrt(size) + 0.25) * 1.25, fill: ink }, sizes);
  });
  if (colorBy === 'energy') scaleEntry(list, palette.energies, data.energyLabels);
  if (colorBy === 'event') scaleEntry(list, palette.events, ['one colour per event', 'repeating']);
}

function scaleEntry(list, colours, ends) {
  const item = element('li', '', list);
  item.className = 'scale';
  const step = 180 / colours.length;
  const bar = shape('svg', { viewBox: '0 0 180 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, item);
  colours.forEach((fill, k) => shape('rect', { x: k * step, y: 0, width: step + 0.3, height: 10, fill }, bar));
  const words = element('span', '', item);
  for (const end of ends) element('span', end, words);
}

// ---- data of what is under the pointer ----------------------------------------------------------------------

function trackWords(data, number) {
  const track = data.tracks[number];
  const share = track.matching + ' of ' + track.hits.length + ' hits of event ' + track.event;
  return number + ': ' + statusWords[track.status] + ', ' + share;
}

function particleWords(particle) {
  const kind = particle.parent === 0 ? 'primary' : 'secondary ' + particle.track + ' of particle ' + particle.parent;
  return kind + ', ' + particle.hits.length + (particle.hits.length === 1 ? ' hit' : ' hits');
}

// Pairs of name and value.
function hitRows(data, i) {
  const { hits } = data;
  const mm = (value) => value.toFixed(2).replace('-', '\u2212');
  const rows = [
    ['event', String(hits.event[i])],
    ['particle', particleWords(data.particles[hits.particle[i]])],
    ['layer', String(hits.layer[i])],
    ['x, y, z', [hits.x[i], hits.y[i], hits.z[i]].map(mm).join(', ') + ' mm'],
    ['deposit', hits.keV[i] + ' keV'],
    ['cluster', hits.size[i] + (hits.size[i] === 1 ? ' pixel' : ' pixels')],
  ];
  if (data.tracks.length > 0) {
    const found = data.hitTracks[i].map((number) => trackWords(data, number));
    rows.push(['track', found.length === 0 ? 'none' : found.join('; ')]);
  }
  return rows;
}

function lineRows(data, kind, number) {
  if (kind === 'track') return [['track', trackWords(data, number)]];
  const particle = data.particles[number];
  return [['event', String(particle.event)], ['true track', particleWords(particle)]];
}
`;
