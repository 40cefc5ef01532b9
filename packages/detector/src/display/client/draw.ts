/**
 * Script of the page, part 2: painting on the canvas.
 *
 * Lines are stroked one by one, grouped by look; hits are filled in one path per colour and slab of depth. Uses part 1.
 */
export const drawSource = String.raw`
// ---- what is painted, per choice of lines and colours -------------------------------------------------------

const dashes = [[], [], [1, 4], [6, 3]]; // by track status, as in the figure

// Colour of a reconstructed track, given the colour of its event.
function trackColour(palette, colorBy, status, eventColour) {
  if (colorBy === 'event') return eventColour;
  if (colorBy === 'energy' && status === 1) return palette.found;
  return palette.statuses[status];
}

// Groups lines by look, and gives each hit the number of its colour.
function createPlan(data, palette, show, colorBy) {
  const alone = show === 'truth';
  const cycle = palette.events.length;
  const groups = new Map();
  const add = (kind, number, colour, width, dash, alpha) => {
    const key = kind + colour + dash;
    if (!groups.has(key)) groups.set(key, { kind, colour, width, dash, alpha, members: [] });
    groups.get(key).members.push(number);
  };
  if (show !== 'reconstruction') {
    data.particles.forEach((particle, number) => {
      let colour = palette.truth;
      if (colorBy === 'event') colour = palette.events[particle.rank % cycle];
      else if (alone && colorBy === 'track') colour = palette.kinds[particle.parent === 0 ? 0 : 1];
      add('particle', number, colour, alone ? 1.3 : 4, 0, !alone && colorBy === 'event' ? 0.35 : 1);
    });
  }
  if (!alone) {
    for (const status of [1, 2, 3]) {
      data.tracks.forEach((track, number) => {
        if (track.status !== status) return;
        const colour = trackColour(palette, colorBy, status, palette.events[track.rank % cycle]);
        add('track', number, colour, status === 1 ? 1.1 : 1.6, status, 1);
        if (status === 3) add('link', number, trackColour(palette, colorBy, 3, palette.text), 3.2, 0, 1);
      });
    }
  }
  const { hits } = data;
  const modes = {
    energy: [palette.energies, (i) => hits.energy[i]],
    event: [palette.events, (i) => hits.rank[i] % cycle],
    track: alone
      ? [palette.kinds, (i) => (hits.secondary[i] ? 1 : 0)]
      : [palette.statuses, (i) => hits.status[i]],
  };
  const [colours, numberOf] = modes[colorBy];
  return { groups: [...groups.values()], colours, hitColour: Uint8Array.from(hits.x, (_, i) => numberOf(i)) };
}

// ---- painting -----------------------------------------------------------------------------------------------

// The steps of a track from one event to another.
function drawFalseLinks(c, hits, event, sx, sy) {
  for (let k = 1; k < hits.length; k++) {
    const [a, b] = [hits[k - 1], hits[k]];
    if (event[a] === event[b]) continue;
    c.moveTo(sx[a], sy[a]);
    c.lineTo(sx[b], sy[b]);
  }
}

function drawLine(c, hits, sx, sy) {
  c.moveTo(sx[hits[0]], sy[hits[0]]);
  for (let k = 1; k < hits.length; k++) c.lineTo(sx[hits[k]], sy[hits[k]]);
}

// 'focus' is undefined, or says which particles, tracks and hits stand out (sets); the rest is then faded.
function drawLines(c, data, plan, points, focus) {
  c.lineJoin = 'bevel'; // cheaper than round, and the dots hide the corners
  for (const strong of focus === undefined ? [true] : [false, true]) {
    for (const group of plan.groups) {
      const list = group.kind === 'particle' ? data.particles : data.tracks;
      const chosen = focus && (group.kind === 'particle' ? focus.particles : focus.tracks);
      c.strokeStyle = group.colour;
      c.globalAlpha = strong ? group.alpha : 0.14;
      c.lineWidth = group.width + (focus !== undefined && strong ? 1.4 : 0);
      c.setLineDash(dashes[group.dash]);
      for (const number of group.members) {
        if (chosen !== undefined && chosen.has(number) !== strong) continue;
        c.beginPath();
        if (group.kind === 'link') drawFalseLinks(c, list[number].hits, data.hits.event, points.x, points.y);
        else drawLine(c, list[number].hits, points.x, points.y);
        c.stroke();
      }
    }
  }
  c.setLineDash([]);
  c.globalAlpha = 1;
}

// Dots in slabs from far to near, each slab dimmer than the next; within a slab one path per colour, because
// thousands of arcs in one path cost far less than thousands of paths.
const slabs = 12;
function drawHits(c, data, plan, points, look, focus) {
  const { count } = data;
  const paint = (from, to, alpha, chosen) => {
    for (let colour = 0; colour < plan.colours.length; colour++) {
      for (let hollow = 0; hollow < 2; hollow++) {
        let found = false;
        for (let k = from; k < to; k++) {
          const i = points.order[k];
          if (plan.hitColour[i] !== colour || data.hits.secondary[i] !== hollow) continue;
          if (chosen !== undefined && !chosen.has(i)) continue;
          if (!found) c.beginPath();
          found = true;
          const radius = Math.min(12, data.radius[i] * look.grow);
          c.moveTo(points.x[i] + radius, points.y[i]);
          c.arc(points.x[i], points.y[i], radius, 0, 2 * Math.PI);
        }
        if (!found) continue;
        c.globalAlpha = alpha;
        c.fillStyle = hollow ? look.ground : plan.colours[colour];
        c.fill();
        if (hollow) {
          c.strokeStyle = plan.colours[colour];
          c.lineWidth = 1.2;
          c.stroke();
        }
      }
    }
  };
  for (let slab = 0; slab < slabs; slab++) {
    const alpha = focus === undefined ? 0.5 + (0.5 * (slab + 1)) / slabs : 0.12;
    paint(Math.floor((slab * count) / slabs), Math.floor(((slab + 1) * count) / slabs), alpha, undefined);
  }
  if (focus !== undefined) paint(0, count, 1, focus.hits);
  c.globalAlpha = 1;
}

// Layers as rectangles, as wide as the box.
function drawLayers(c, camera, layers, palette) {
  const [[x0, x1], [y0, y1]] = [camera.box.x, camera.box.y];
  c.beginPath();
  for (const { z } of layers) {
    [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]].forEach(([x, y], k) => {
      const point = projectPoint(camera, x, y, z);
      if (k === 0) c.moveTo(point.x, point.y);
      else c.lineTo(point.x, point.y);
    });
  }
  c.strokeStyle = palette.layer;
  c.lineWidth = 1;
  c.stroke();
}

// Round values 1, 2 or 5 times a power of ten apart.
function axisTicks(low, high, wanted) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough) ?? 10 * power;
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) values.push(Number((k * step).toPrecision(12)) + 0);
  return values;
}

// For each direction the edge of the box that is lowest on the screen (for y the leftmost), with ticks outside.
function drawAxes(c, camera, palette, font) {
  const { x, y, z } = camera.box;
  const at = (name, value, a, b) =>
    name === 'z' ? projectPoint(camera, a, b, value)
    : name === 'x' ? projectPoint(camera, value, a, b)
    : projectPoint(camera, a, value, b);
  const others = { x: [y, z], y: [x, z], z: [x, y] };
  const centre = projectPoint(camera, (x[0] + x[1]) / 2, (y[0] + y[1]) / 2, (z[0] + z[1]) / 2);
  c.font = font;
  c.textBaseline = 'middle';
  for (const name of ['z', 'x', 'y']) {
    const range = camera.box[name];
    let edge;
    for (const a of others[name][0]) for (const b of others[name][1]) {
      const [p, q] = [at(name, range[0], a, b), at(name, range[1], a, b)];
      const rank = name === 'y' ? -(p.x + q.x) : p.y + q.y;
      if (edge === undefined || rank > edge.rank + 1e-6) edge = { a, b, p, q, rank };
    }
    const { a, b, p, q } = edge;
    const length = Math.hypot(q.x - p.x, q.y - p.y);
    if (length < 40) continue;
    // Outward: across the edge, away from the centre of the box.
    let [nx, ny] = [-(q.y - p.y) / length, (q.x - p.x) / length];
    if (nx * ((p.x + q.x) / 2 - centre.x) + ny * ((p.y + q.y) / 2 - centre.y) < 0) [nx, ny] = [-nx, -ny];
    c.textAlign = nx < -0.4 ? 'right' : nx > 0.4 ? 'left' : 'center';
    c.strokeStyle = palette.axis;
    c.fillStyle = palette.muted;
    c.beginPath();
    c.moveTo(p.x, p.y);
    c.lineTo(q.x, q.y);
    for (const value of axisTicks(range[0], range[1], length / (name === 'z' ? 80 : 50))) {
      const mark = at(name, value, a, b);
      c.moveTo(mark.x, mark.y);
      c.lineTo(mark.x + 5 * nx, mark.y + 5 * ny);
      c.fillText(String(value).replace('-', '\u2212'), mark.x + 9 * nx, mark.y + 14 * ny);
    }
    c.lineWidth = 1;
    c.stroke();
    c.fillStyle = palette.text;
    c.fillText(name + ' (mm)', (p.x + q.x) / 2 + 38 * nx, (p.y + q.y) / 2 + 34 * ny);
  }
}
`;
