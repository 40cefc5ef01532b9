import type { M7Cell } from '../cell.js';
import { gasConstant, molarMass } from '../constants.js';
import { accommodation, modeCount } from '../modes.js';

/** Diffusivity of H2SO4 in air, cm² s⁻¹. */
export function h2so4Diffusivity(temperature: number, pressure: number): number {
  const ratio = temperature / 298.15;
  return 0.073 * (1e5 / pressure) * ratio * Math.sqrt(ratio);
}

/** Mean speed of H2SO4 molecules, cm s⁻¹. */
export function h2so4Speed(temperature: number): number {
  return Math.sqrt((8 * gasConstant * temperature) / (Math.PI * molarMass.sulfuricAcid));
}

/**
 * Condensation coefficient of one particle in cm³ s⁻¹, after Fuchs: diffusion outside a shell of about one mean
 * free path, gas kinetics inside it.
 *
 * @param radius - cm
 * @param diffusivity - of the vapour, cm² s⁻¹
 * @param speed - mean molecular speed of the vapour, cm s⁻¹
 * @param sticking - accommodation coefficient
 * @see Fuchs and Sutugin 1971; Vignati et al. 2004, eq. 9
 */
export function condensationCoefficient(
  radius: number,
  diffusivity: number,
  speed: number,
  sticking: number,
): number {
  const path = (8 * diffusivity) / (Math.PI * speed);
  const outer = radius + path;
  const square = radius * radius + path * path;
  const shell = (outer * outer * outer - square * Math.sqrt(square)) / (3 * radius * path);
  // shell is r + Δ of Fuchs
  return (
    (4 * Math.PI * diffusivity * radius) / ((4 * diffusivity) / (speed * radius * sticking) + radius / shell)
  );
}

/** Condensation coefficient of each mode and their sum, in s⁻¹. */
export function condensationSink(cell: M7Cell): void {
  const { number, wetRadius, sinks } = cell;
  const diffusivity = h2so4Diffusivity(cell.temperature, cell.pressure);
  const speed = h2so4Speed(cell.temperature);
  let sum = 0;
  for (let mode = 0; mode < modeCount; mode++) {
    const radius = wetRadius[mode]!;
    let sink = 0;
    if (radius > 0 && number[mode]! > 0) {
      sink = number[mode]! * condensationCoefficient(radius, diffusivity, speed, accommodation[mode]!);
    }
    sinks[mode] = sink;
    sum += sink;
  }
  cell.sink = sum;
}
