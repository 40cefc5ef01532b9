/** Turns a unit vector by the angle |tilt| towards the direction of `tilt` in its own transverse frame. */
export function turn(direction: Float64Array, tiltX: number, tiltY: number): void {
  const ux = direction[0]!;
  const uy = direction[1]!;
  const uz = direction[2]!;
  const angleSquared = tiltX * tiltX + tiltY * tiltY;
  let cosine: number;
  let scale: number;
  if (angleSquared < 0.01) {
    cosine = 1 - angleSquared / 2 + (angleSquared * angleSquared) / 24;
    scale = 1 - angleSquared / 6 + (angleSquared * angleSquared) / 120;
  } else {
    const angle = Math.sqrt(angleSquared);
    cosine = Math.cos(angle);
    scale = Math.sin(angle) / angle;
  }
  const tx = tiltX * scale;
  const ty = tiltY * scale;
  // Transverse axes that turn into x and y as the direction turns into z; uz > -1 always holds here.
  const a = 1 / (1 + uz);
  const b = -ux * uy * a;
  const nx = ux * cosine + (1 - ux * ux * a) * tx + b * ty;
  const ny = uy * cosine + b * tx + (1 - uy * uy * a) * ty;
  const nz = uz * cosine - ux * tx - uy * ty;
  const norm = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
  direction[0] = nx * norm;
  direction[1] = ny * norm;
  direction[2] = nz * norm;
}
