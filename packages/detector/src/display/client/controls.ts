/** Script of the page, part 5: pointer, wheel, touch, keys and buttons, then the first drawing. Uses all parts. */
export const controlsSource = String.raw`
// ---- pointers: drag rotates, shift or the right button moves, two fingers pinch ------------------------------

const down = new Map();
let moved = 0;

function local(event) {
  const rect = canvas.getBoundingClientRect();
  return { x: event.clientX - rect.left, y: event.clientY - rect.top };
}

canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId);
  down.set(event.pointerId, local(event));
  moved = 0;
  select('hover', undefined);
});

canvas.addEventListener('pointermove', (event) => {
  const now = local(event);
  const before = down.get(event.pointerId);
  if (before === undefined) {
    if (event.pointerType !== 'touch') select('hover', subjectAt(now.x, now.y, 9));
    return;
  }
  const [dx, dy] = [now.x - before.x, now.y - before.y];
  moved += Math.abs(dx) + Math.abs(dy);
  if (down.size === 2) {
    const other = [...down].find(([id]) => id !== event.pointerId)[1];
    const grown = Math.hypot(now.x - other.x, now.y - other.y) / (Math.hypot(before.x - other.x, before.y - other.y) || 1);
    zoomAt(camera, grown, (now.x + other.x) / 2, (now.y + other.y) / 2);
    camera.panX += dx / 2;
    camera.panY += dy / 2;
  } else if (event.shiftKey || (event.buttons & 6) !== 0) {
    camera.panX += dx;
    camera.panY += dy;
  } else {
    turn(camera, dx * 0.007, dy * 0.007);
  }
  down.set(event.pointerId, now);
  invalidate();
});

function release(event) {
  if (!down.delete(event.pointerId) || event.type !== 'pointerup' || moved > 4) return;
  const { x, y } = local(event);
  select('pinned', subjectAt(x, y, event.pointerType === 'touch' ? 18 : 9));
}
canvas.addEventListener('pointerup', release);
canvas.addEventListener('pointercancel', release);
canvas.addEventListener('pointerleave', () => select('hover', undefined));
canvas.addEventListener('contextmenu', (event) => event.preventDefault());

canvas.addEventListener('wheel', (event) => {
  event.preventDefault();
  const { x, y } = local(event);
  const lines = event.deltaMode === 1 ? 33 : 1; // some mice report lines, not pixels
  zoomAt(camera, Math.exp(-event.deltaY * lines * 0.0015), x, y);
  invalidate();
}, { passive: false });

// ---- keys ----------------------------------------------------------------------------------------------------

function step(by) {
  if (data.count === 0) return;
  const from = state.pinned && state.pinned.kind === 'hit' ? state.pinned.number : by > 0 ? -1 : 0;
  state.hover = undefined;
  select('pinned', { kind: 'hit', number: (from + by + data.count) % data.count, spoken: true });
}

function arrow(event, right, up) {
  if (event.shiftKey) {
    camera.panX += 30 * right;
    camera.panY -= 30 * up;
  } else {
    turn(camera, 0.07 * right, -0.07 * up);
  }
}

const zoomMiddle = (factor) => zoomAt(camera, factor, camera.width / 2, camera.height / 2);
const keys = {
  ArrowLeft: (event) => arrow(event, -1, 0),
  ArrowRight: (event) => arrow(event, 1, 0),
  ArrowUp: (event) => arrow(event, 0, 1),
  ArrowDown: (event) => arrow(event, 0, -1),
  '+': () => zoomMiddle(1.2),
  '=': () => zoomMiddle(1.2),
  '-': () => zoomMiddle(1 / 1.2),
  r: () => look(data.view),
  n: () => step(1),
  p: () => step(-1),
  Escape: () => { select('hover', undefined); select('pinned', undefined); },
};

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // Arrow keys belong to a focused radio button or slider.
  if (event.target instanceof HTMLInputElement && event.key.startsWith('Arrow')) return;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (action === undefined) return;
  event.preventDefault();
  action(event);
  invalidate();
});

// ---- buttons -------------------------------------------------------------------------------------------------

for (const name of ['show', 'colorBy']) {
  for (const input of document.querySelectorAll('input[name=' + name + ']')) {
    input.checked = input.value === state[name];
    input.addEventListener('change', () => {
      state[name] = input.value;
      const shown = state.hover ?? state.pinned;
      focus = shown && focusOf(shown);
      restyle();
    });
  }
}
for (const button of document.querySelectorAll('button[data-look]')) {
  button.addEventListener('click', () => look(button.dataset.look));
}
for (const button of document.querySelectorAll('button[data-zoom]')) {
  button.addEventListener('click', () => {
    zoomMiddle(Number(button.dataset.zoom));
    invalidate();
  });
}

const slider = byId('stretch');
function stretch() {
  camera.stretch = Number(slider.value);
  byId('stretched').textContent = '\u00d7 ' + camera.stretch.toFixed(1);
  fit(camera);
  invalidate();
}
slider.value = String(data.stretch);
slider.addEventListener('input', stretch);
darkQuery.addEventListener('change', restyle);

restyle();
[camera.yaw, camera.pitch] = directions[data.view];
stretch();
new ResizeObserver(resize).observe(stage);
`;
