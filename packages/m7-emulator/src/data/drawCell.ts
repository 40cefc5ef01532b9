import type { Rng } from '@pct/core';
import { condensationCoefficient, h2so4Diffusivity, h2so4Speed } from '../m7/condensation/sink.js';
import { sphere } from '../m7/constants.js';
import { accommodation, averageMassFactors } from '../m7/modes.js';
import type { M7State } from '../m7/state.js';
import type { PairBlock } from './block.js';
import type { ModePlan } from './particles.js';
import type { Regime } from './regime.js';
import { daylight, hoursSinceTurn, meanDaylight } from './sun.js';

/** ln of the geometric standard deviation of a factor that all modes of a cell share. */
const commonSpread = 0.5;
/** ln of the geometric standard deviation of radii. */
const radiusSpread = 0.25;

/**
 * Draws the air and the particles of one cell: number and radius of each mode are log-normal about the medians of the
 * regime, masses follow from them, gas from production, sink and the time since sunrise or sunset.
 *
 * @param rng - stream of this cell alone
 * @param regime - of the cell
 * @param plans - its particles, from `planModes`
 * @param days - days of the year, of which the cell gets one
 * @param block - is filled at `cell`, which must be zero
 */
export function drawCell(
  rng: Rng,
  regime: Regime,
  plans: readonly ModePlan[],
  days: readonly number[],
  block: PairBlock,
  cell: number,
): void {
  const sun = drawAir(rng, regime, days, block, cell);
  const sink = drawParticles(rng, plans, block, cell);
  block.state.h2so4[cell] = gasAt(sun, sink) * Math.exp(rng.normal());
}

/** What of the Sun decides the gas. */
interface Sunshine {
  /** molecules cm⁻³ s⁻¹ now, and by day */
  readonly production: number;
  readonly byDay: number;
  /** Seconds since sunrise or sunset. */
  readonly since: number;
}

function drawAir(
  rng: Rng,
  regime: Regime,
  days: readonly number[],
  { meteorology }: PairBlock,
  cell: number,
): Sunshine {
  const day = days[rng.integer(0, days.length)]!;
  const hour = rng.uniform(0, 24);
  const sign = regime.eitherHemisphere && rng.uniform() < 0.5 ? -1 : 1;
  const latitude = sign * rng.uniform(regime.latitude[0], regime.latitude[1]);

  const mean = meanDaylight(latitude, day);
  const pressure = rng.uniform(regime.pressure[0], regime.pressure[1]);
  const [cold, warm] = regime.temperature;
  const season = Math.min(1, mean / 0.35);
  meteorology.pressure[cell] = pressure;
  meteorology.temperature[cell] = cold + (warm - cold) * 0.5 * (season + rng.uniform());

  const cloudy = rng.uniform() < regime.cloudShare;
  const cover = rng.uniform();
  // Three in five cloudy cells are overcast, the others anything.
  meteorology.cloudCover[cell] = !cloudy ? 0 : cover < 0.6 ? 1 : (cover - 0.6) / 0.4;
  meteorology.relativeHumidity[cell] = drawHumidity(rng, regime);
  meteorology.boundaryLayer[cell] = rng.uniform() < regime.boundaryLayer ? 1 : 0;
  const forest = rng.uniform();
  const wooded = rng.uniform() < regime.forestShare;
  meteorology.forestFraction[cell] = wooded ? forest : 0;
  meteorology.ionPairRate[cell] = drawIons(rng, pressure, latitude);

  const byDay = 10 ** rng.uniform(regime.production[0], regime.production[1]);
  const production = byDay * daylight(latitude, day, hour);
  meteorology.h2so4Production[cell] = production;
  return { production, byDay: byDay * mean, since: 3600 * hoursSinceTurn(latitude, day, hour) };
}

function drawHumidity(rng: Rng, { humidity: [low, high], dryShare }: Regime): number {
  const dry = rng.uniform() < dryShare;
  const humidity = rng.uniform(low, high);
  return dry ? 0 : humidity;
}

/**
 * Ion pairs by cosmic rays: most where the air is thin but not too thin, more towards the poles, and radon's near the
 * ground.
 */
function drawIons(rng: Rng, pressure: number, latitude: number): number {
  const depth = pressure / 1e4;
  const shape = 18 * depth * Math.exp(1 - depth) + 4;
  const polar = 0.5 + Math.abs(latitude) / 90;
  return shape * polar * Math.exp(0.6 * rng.normal());
}

/** Fills numbers and masses; returns the condensation sink of the dry particles, s⁻¹. */
function drawParticles(rng: Rng, plans: readonly ModePlan[], block: PairBlock, cell: number): number {
  const { state, meteorology } = block;
  const diffusivity = h2so4Diffusivity(meteorology.temperature[cell]!, meteorology.pressure[cell]!);
  const speed = h2so4Speed(meteorology.temperature[cell]!);
  const common = Math.exp(commonSpread * rng.normal());
  let sink = 0;
  for (const plan of plans) {
    const { mode } = plan;
    const missing = rng.uniform() < plan.emptyShare;
    const number = plan.medianNumber * common * Math.exp(plan.numberSpread * rng.normal());
    const drawn = plan.medianRadius * Math.exp(radiusSpread * rng.normal());
    const radius = Math.min(drawn, plan.largestRadius);
    if (missing) continue;
    state.number[mode * state.cells + cell] = number;
    const volume = number * sphere * (radius * averageMassFactors[mode]!) ** 3;
    drawMasses(rng, plan, volume, state, cell);
    sink += number * condensationCoefficient(radius, diffusivity, speed, accommodation[mode]!);
  }
  return sink;
}

/** Makes a volume of dry matter, cm³ per cm³ of air, into masses. */
function drawMasses(rng: Rng, { parts }: ModePlan, volume: number, state: M7State, cell: number): void {
  const shares = parts.map(({ share, spread }) => share * Math.exp(spread * rng.normal()));
  const sum = shares.reduce((total, share) => total + share, 0);
  parts.forEach(({ row, perVolume }, k) => {
    if (row !== undefined) state.mass[row * state.cells + cell] = ((volume * shares[k]!) / sum) * perVolume;
  });
}

/** Gas that production and condensation leave, molecules cm⁻³; after sunset only condensation. */
function gasAt({ production, byDay, since }: Sunshine, sink: number): number {
  if (production > 0) return production * relaxed(sink, since);
  const halfDay = 6 * 3600;
  return byDay * relaxed(sink, halfDay) * Math.exp(-sink * since);
}

/** (1 − exp(−rate × time)) / rate, also for a rate of 0. */
function relaxed(rate: number, time: number): number {
  return rate * time < 1e-12 ? time : -Math.expm1(-rate * time) / rate;
}
