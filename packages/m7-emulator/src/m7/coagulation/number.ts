import type { M7Cell } from '../cell.js';

/** Rates below this count as nothing. */
const negligible = 1e-15;

/**
 * Number after a step of dn/dt = −b n − a n², solved exactly.
 *
 * @param n - number before, cm⁻³
 * @param a - half the kernel of the mode with itself, cm³ s⁻¹
 * @param b - loss to other modes, s⁻¹
 * @param dt - s
 */
export function numberAfterLoss(n: number, a: number, b: number, dt: number): number {
  if (a < negligible && b < negligible) return n;
  if (b < negligible) return n / (1 + n * a * dt);
  const decay = Math.exp(-b * dt);
  return Math.min((b * n * decay) / (n * a * (1 - decay) + b), n);
}

/**
 * Number after a step of dn/dt = c − b n − a n², solved exactly unless b = 0 and n is below √(c/a): then
 * n + c dt, as in M7.
 *
 * @param n - number before, without the new particles, cm⁻³
 * @param a - half the kernel of the mode with itself, cm³ s⁻¹
 * @param b - loss to other modes, s⁻¹
 * @param source - c, new particles, cm⁻³ s⁻¹
 * @param dt - s
 */
export function numberWithSource(n: number, a: number, b: number, source: number, dt: number): number {
  const most = n + source * dt;
  if (a < negligible && b < negligible) return most;
  if (b >= negligible) {
    if (!(a > 0)) return Math.min(source / b + (n - source / b) * Math.exp(-b * dt), most);
    const root = Math.sqrt(b * b + 4 * a * source);
    const q = 2 * a * n + b;
    const ratio = (Math.exp(-root * dt) * (root - q)) / (root + q);
    const slope = (1 - ratio) / (1 + ratio);
    return Math.max(Math.min((root * slope - b) / (2 * a), most), 0);
  }
  const steady = Math.sqrt(source / a);
  // M7 leaves a mode that is alone and below its steady number as it is.
  if (n < steady) return most;
  const decay = Math.exp(-2 * steady * a * dt);
  const above = n + steady;
  const below = (n - steady) * decay;
  return Math.max(Math.min((steady * (above + below)) / (above - below), most), 0);
}

/**
 * Steps the number of one mode and splits its loss into particles lost to other modes and inside the mode.
 *
 * @param cell - `number`, `lostToOthers` and `lostWithin` of the mode are written
 * @param created - new particles of the step in this mode, cm⁻³
 * @returns the number the loss was counted from: that before the step and the new particles
 */
export function stepNumber(cell: M7Cell, mode: number, a: number, b: number, created: number): number {
  const { number, dt } = cell;
  const before = number[mode]!;
  const start = before + created;
  const after =
    created / dt >= 1 ? numberWithSource(before, a, b, created / dt, dt) : numberAfterLoss(start, a, b, dt);
  number[mode] = after;
  const within = start * a;
  const all = within + b;
  const lost = start - after;
  if (all > 0 && lost > 0) {
    cell.lostWithin[mode] = (lost * within) / all;
    cell.lostToOthers[mode] = (lost * b) / all;
  }
  return start;
}
