/** Script of the page, part 4: what is shown, drawing it, and what stands out. Uses parts 1 to 3. */
export const mainSource = String.raw`
// ---- state --------------------------------------------------------------------------------------------------

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId('data').textContent);
const canvas = byId('view');
const stage = canvas.parentElement;
const tip = byId('tip');
const context = canvas.getContext('2d');
const darkQuery = matchMedia('(prefers-color-scheme: dark)');
const camera = createCamera(data.box);
const typed = (values) => Float64Array.from(values);
const place = { x: typed(data.hits.x), y: typed(data.hits.y), z: typed(data.hits.z) };
const points = {
  x: new Float32Array(data.count), y: new Float32Array(data.count), depth: new Float32Array(data.count),
  order: new Uint32Array(data.count),
};
data.radius = Float32Array.from(data.hits.size, (size) => 0.62 * Math.sqrt(size) + 0.25);
data.hitTracks = data.hits.x.map(() => []);
data.tracks.forEach((track, number) => track.hits.forEach((hit) => data.hitTracks[hit].push(number)));

const directions = { both: [-0.5, 0.42], xz: [0, Math.PI / 2], yz: [0, 0], beam: [Math.PI / 2, 0] };
const state = { show: data.show, colorBy: data.colorBy, hover: undefined, pinned: undefined };
let plan;
let palette;
let focus;
let ratio = 1;
let pending = false;

// ---- drawing, at most once per screen refresh and only after a change ----------------------------------------

function invalidate() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(paint);
}

function paint() {
  pending = false;
  project(camera, place.x, place.y, place.z, data.count, points.x, points.y, points.depth);
  depthOrder(points.depth, data.count, points.order);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = palette.background;
  context.fillRect(0, 0, camera.width, camera.height);
  drawLayers(context, camera, data.layers, palette);
  drawAxes(context, camera, palette, '12px system-ui, sans-serif');
  drawLines(context, data, plan, points, focus);
  // Larger where the hits are the message, smaller where there is little room.
  const room = Math.max(0.6, Math.min(1, camera.width / 900));
  const zoomed = Math.sqrt(Math.min(6, Math.max(0.6, camera.zoom)));
  const grow = (state.colorBy === 'energy' ? 1.6 : 1.25) * room * zoomed;
  drawHits(context, data, plan, points, { grow, ground: palette.background }, focus);
  const subject = state.hover ?? state.pinned;
  if (subject !== undefined && subject.kind === 'hit') {
    context.beginPath();
    context.arc(points.x[subject.number], points.y[subject.number], 9, 0, 2 * Math.PI);
    context.strokeStyle = palette.text;
    context.lineWidth = 1.5;
    context.stroke();
  }
  placeTip(subject);
}

// After a change of lines, colours or theme.
function restyle() {
  const dark = data.theme === 'auto' ? darkQuery.matches : data.theme === 'dark';
  palette = data.palettes[dark ? 'dark' : 'light'];
  plan = createPlan(data, palette, state.show, state.colorBy);
  drawLegend(byId('legend'), data, palette, state.show, state.colorBy);
  invalidate();
}

function resize() {
  const fresh = camera.width === 1;
  const [width, height] = [stage.clientWidth, stage.clientHeight];
  ratio = Math.min(3, window.devicePixelRatio || 1);
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const { zoom, panX, panY, base } = camera;
  Object.assign(camera, { width, height });
  fit(camera);
  if (!fresh && zoom !== 1) Object.assign(camera, { zoom: zoom * base / camera.base, panX, panY });
  paint(); // now: a canvas is blank after a change of its size
}

function look(name) {
  [camera.yaw, camera.pitch] = directions[name];
  fit(camera);
  invalidate();
}

// ---- what stands out -----------------------------------------------------------------------------------------

function select(name, subject) {
  const old = state[name];
  if (old && subject && old.kind === subject.kind && old.number === subject.number) return;
  if (old === undefined && subject === undefined) return;
  state[name] = subject;
  const shown = state.hover ?? state.pinned;
  focus = shown && focusOf(shown);
  fillTip(shown);
  placeTip(shown);
  invalidate();
}

function focusOf({ kind, number }) {
  const particles = new Set();
  const tracks = new Set();
  const hits = new Set();
  if (kind === 'hit') {
    hits.add(number);
    particles.add(data.hits.particle[number]);
    for (const track of data.hitTracks[number]) tracks.add(track);
  } else {
    (kind === 'track' ? tracks : particles).add(number);
    // The other kind of line too, where it shares hits, so that truth and reconstruction can be compared.
    for (const hit of (kind === 'track' ? data.tracks : data.particles)[number].hits) {
      if (kind === 'track') particles.add(data.hits.particle[hit]);
      else for (const track of data.hitTracks[hit]) tracks.add(track);
    }
  }
  if (state.show !== 'reconstruction') for (const p of particles) data.particles[p].hits.forEach((h) => hits.add(h));
  if (state.show !== 'truth') for (const t of tracks) data.tracks[t].hits.forEach((h) => hits.add(h));
  return { particles, tracks, hits };
}

function fillTip(subject) {
  tip.hidden = subject === undefined;
  if (subject === undefined) return;
  const { kind, number } = subject;
  const rows = kind === 'hit' ? hitRows(data, number) : lineRows(data, kind, number);
  tip.replaceChildren();
  for (const [name, value] of rows) {
    element('dt', name, tip);
    element('dd', value, tip);
  }
  if (subject.spoken) byId('spoken').textContent = rows.map((row) => row.join(' ')).join(', ');
}

function placeTip(subject) {
  if (subject === undefined) return;
  const hit = subject.kind === 'hit';
  const x = hit ? points.x[subject.number] : subject.x;
  const y = hit ? points.y[subject.number] : subject.y;
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  const left = x + 16 + width > camera.width ? x - 16 - width : x + 16;
  const top = y + 16 + height > camera.height ? y - 16 - height : y + 16;
  tip.style.left = Math.max(4, Math.min(left, camera.width - width - 4)) + 'px';
  tip.style.top = Math.max(4, Math.min(top, camera.height - height - 4)) + 'px';
}

function subjectAt(x, y, reach) {
  const hit = nearestHit(points.x, points.y, points.depth, data.count, x, y, reach);
  if (hit >= 0) return { kind: 'hit', number: hit };
  if (state.show !== 'truth') {
    const number = nearestLine(data.tracks, points.x, points.y, x, y, reach);
    if (number >= 0) return { kind: 'track', number, x, y };
  }
  if (state.show !== 'reconstruction') {
    const number = nearestLine(data.particles, points.x, points.y, x, y, reach);
    if (number >= 0) return { kind: 'particle', number, x, y };
  }
  return undefined;
}
`;
