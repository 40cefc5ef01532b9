/**
 * Script of the page, part 1: the camera, the depth order, and what lies under the pointer.
 *
 * Plain JavaScript in a string, because the page is a text of its own that no bundler sees.
 * Functions of this part touch neither the document nor the canvas. The beam (+z) runs to the right and y up at
 * yaw 0 and pitch 0; at pitch 90 degrees x points up.
 */
export const cameraSource = String.raw`
// ---- camera: millimetres to pixels --------------------------------------------------------------------------

// box: { x: [low, high], y: [low, high], z: [low, high] } in mm. 'stretch' exaggerates x and y.
function createCamera(box) {
  return {
    box,
    yaw: 0, pitch: 0, zoom: 1, panX: 0, panY: 0, stretch: 1,
    width: 1, height: 1,
    base: 1, // pixels per mm at zoom 1
  };
}

// The numbers that one drawing needs, computed once for all its points.
function projection(camera) {
  const { box, stretch } = camera;
  const half = (range) => (range[1] - range[0]) / 2;
  const middle = (range) => (range[0] + range[1]) / 2;
  const radius = Math.hypot(half(box.x) * stretch, half(box.y) * stretch, half(box.z));
  const [sinYaw, cosYaw] = [Math.sin(camera.yaw), Math.cos(camera.yaw)];
  const [sinPitch, cosPitch] = [Math.sin(camera.pitch), Math.cos(camera.pitch)];
  // A weak perspective that fades away towards the views along an axis, so that these are true projections.
  const along = Math.max(Math.abs(cosYaw * cosPitch), Math.abs(sinYaw * cosPitch), Math.abs(sinPitch));
  return {
    cx: middle(box.x), cy: middle(box.y), cz: middle(box.z),
    stretch, radius, sinYaw, cosYaw, sinPitch, cosPitch,
    perspective: (1 - along ** 8) / (5 * radius), // one over the distance of the eye
    scale: camera.base * camera.zoom,
    left: camera.width / 2 + camera.panX, top: camera.height / 2 + camera.panY,
  };
}

// Room for the labels, pixels.
const border = { x: 88, y: 60 };

// Writes pixels to outX and outY and the depth (-1 far to 1 near) to outDepth, for n points.
function project(camera, x, y, z, n, outX, outY, outDepth) {
  const p = projection(camera);
  for (let i = 0; i < n; i++) {
    const right = z[i] - p.cz;
    const up = (y[i] - p.cy) * p.stretch;
    const towards = (p.cx - x[i]) * p.stretch;
    const turned = towards * p.cosYaw - right * p.sinYaw;
    const near = up * p.sinPitch + turned * p.cosPitch;
    const size = p.scale / (1 - near * p.perspective);
    outX[i] = p.left + (right * p.cosYaw + towards * p.sinYaw) * size;
    outY[i] = p.top - (up * p.cosPitch - turned * p.sinPitch) * size;
    outDepth[i] = near / p.radius;
  }
}

// One point, for axes and frames.
const onePoint = [0, 1, 2, 3, 4, 5].map(() => new Float64Array(1));
function projectPoint(camera, x, y, z) {
  const [px, py, pz, sx, sy, depth] = onePoint;
  px[0] = x; py[0] = y; pz[0] = z;
  project(camera, px, py, pz, 1, sx, sy, depth);
  return { x: sx[0], y: sy[0] };
}

// Sets base and pan so that the box just fills the drawing area, less room for labels around it.
function fit(camera) {
  camera.zoom = 1; camera.panX = 0; camera.panY = 0; camera.base = 1;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const x of camera.box.x) for (const y of camera.box.y) for (const z of camera.box.z) {
    const point = projectPoint(camera, x, y, z);
    left = Math.min(left, point.x); right = Math.max(right, point.x);
    top = Math.min(top, point.y); bottom = Math.max(bottom, point.y);
  }
  const wide = Math.max(40, camera.width - 2 * border.x) / (right - left || 1);
  const high = Math.max(40, camera.height - 2 * border.y) / (bottom - top || 1);
  camera.base = Math.min(wide, high);
  camera.panX = (camera.width / 2 - (left + right) / 2) * camera.base;
  camera.panY = (camera.height / 2 - (top + bottom) / 2) * camera.base;
}

// Zooms about a pixel, which stays where it is.
function zoomAt(camera, factor, x, y) {
  const zoom = Math.min(200, Math.max(0.2, camera.zoom * factor));
  const k = zoom / camera.zoom;
  camera.panX = x - camera.width / 2 - (x - camera.width / 2 - camera.panX) * k;
  camera.panY = y - camera.height / 2 - (y - camera.height / 2 - camera.panY) * k;
  camera.zoom = zoom;
}

function turn(camera, yaw, pitch) {
  camera.yaw += yaw;
  camera.pitch = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, camera.pitch + pitch));
}

// ---- depth order and picking --------------------------------------------------------------------------------

// Counting sort of n depths in [-1, 1] into 'order', far to near; stable, and without allocation.
const depthBuckets = 1024;
const bucketStarts = new Uint32Array(depthBuckets + 1);
function depthOrder(depth, n, order) {
  const bucket = (i) => Math.max(0, Math.min(depthBuckets - 1, ((depth[i] + 1) * depthBuckets) >> 1));
  bucketStarts.fill(0);
  for (let i = 0; i < n; i++) bucketStarts[bucket(i) + 1]++;
  for (let b = 0; b < depthBuckets; b++) bucketStarts[b + 1] += bucketStarts[b];
  for (let i = 0; i < n; i++) order[bucketStarts[bucket(i)]++] = i;
}

// The hit whose dot is nearest to a pixel, at most 'reach' pixels away; of equals the one in front; else -1.
function nearestHit(sx, sy, depth, n, x, y, reach) {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < n; i++) {
    const distance = (sx[i] - x) ** 2 + (sy[i] - y) ** 2;
    if (distance < least || (distance === least && best >= 0 && depth[i] > depth[best])) {
      least = distance;
      best = i;
    }
  }
  return best;
}

// The polyline nearest to a pixel, at most 'reach' pixels away; else -1.
function nearestLine(lines, sx, sy, x, y, reach) {
  let best = -1;
  let least = reach * reach;
  lines.forEach((line, number) => {
    for (let k = 1; k < line.hits.length; k++) {
      const [a, b] = [line.hits[k - 1], line.hits[k]];
      const [dx, dy] = [sx[b] - sx[a], sy[b] - sy[a]];
      const along = ((x - sx[a]) * dx + (y - sy[a]) * dy) / (dx * dx + dy * dy || 1);
      const part = Math.max(0, Math.min(1, along));
      const distance = (sx[a] + part * dx - x) ** 2 + (sy[a] + part * dy - y) ** 2;
      if (distance < least) {
        least = distance;
        best = number;
      }
    }
  });
  return best;
}
`;
