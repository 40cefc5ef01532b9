import {
  condensation,
  condensationCoefficient,
  condensationSink,
  createCell,
  h2so4Diffusivity,
  h2so4Speed,
} from '@climate/m7-emulator/m7';
import { describe, expect, it } from 'vitest';
import { relative } from './blocks.js';

describe('condensationCoefficient', () => {
  it.each([
    // radius cm, T, p, accommodation -> cm³ s⁻¹ (compiled)
    [2e-7, 273, 8e4, 1, 3.0495468566e-9],
    [2e-6, 273, 8e4, 1, 2.9564557073e-7],
    [8e-6, 273, 8e4, 1, 3.6318934308e-6],
    [7e-5, 273, 8e4, 1, 6.2368867005e-5],
    [2.2e-6, 273, 8e4, 0.3, 1.0948891013e-7],
    [9e-5, 273, 8e4, 0.3, 6.2756468257e-5],
    [8e-6, 220, 2e4, 1, 4.1830295181e-6],
  ])('of %d cm at %d K, %d Pa', (radius, temperature, pressure, sticking, expected) => {
    const diffusivity = h2so4Diffusivity(temperature, pressure);
    const found = condensationCoefficient(radius, diffusivity, h2so4Speed(temperature), sticking);
    expect(relative(found, expected)).toBeLessThan(1e-9);
  });
});

function polluted() {
  const cell = createCell();
  cell.dt = 450;
  cell.h2so4 = 5e7;
  cell.h2so4Production = 2e5;
  cell.number.set([500, 2000, 400, 1, 300, 0.5, 0]);
  cell.wetRadius.set([3e-7, 2e-6, 9e-6, 5e-5, 3e-6, 1.5e-5, 0]);
  condensationSink(cell);
  return cell;
}

/** Everything that was gas, wherever it went. */
function sulfate(cell: ReturnType<typeof polluted>): number {
  return cell.h2so4 + [...cell.mass.subarray(0, 4), ...cell.condensed].reduce((sum, part) => sum + part, 0);
}

describe('condensation', () => {
  it('of ham2 solves dg/dt = P − C g', () => {
    const cell = polluted();
    let gas = cell.h2so4;
    const steps = 200_000;
    const h = cell.dt / steps;
    for (let i = 0; i < steps; i++) {
      const slope = (g: number): number => cell.h2so4Production - cell.sink * g;
      gas += h * slope(gas + 0.5 * h * slope(gas));
    }
    condensation('ham2')(cell);
    expect(relative(cell.h2so4, gas)).toBeLessThan(1e-8);
    expect(relative(sulfate(cell), 5e7 + 450 * 2e5)).toBeLessThan(1e-14);
  });

  it('shares what condenses by the sinks, and holds that of insoluble modes', () => {
    const cell = polluted();
    condensation('ham2')(cell);
    const perSink = cell.mass[1]! / cell.sinks[1]!;
    expect(relative(cell.mass[2]! / cell.sinks[2]!, perSink)).toBeLessThan(1e-14);
    expect(relative(cell.condensed[4]! / cell.sinks[4]!, perSink)).toBeLessThan(1e-14);
    expect(cell.condensed[6]).toBe(0);
  });

  it('in clouds goes to the largest soluble mode', () => {
    const cell = polluted();
    cell.cloudCover = 1;
    condensation('ham2')(cell);
    expect(cell.h2so4).toBe(0);
    expect(cell.mass[3]).toBe(5e7 + 450 * 2e5);
    expect(sulfate(cell)).toBe(cell.mass[3]);
  });

  it('of classic takes at most 95 %, and produces nothing', () => {
    const cell = polluted();
    cell.dt = 1e6;
    condensation('classic')(cell);
    expect(relative(cell.h2so4, 0.05 * 5e7)).toBeLessThan(1e-12);
    expect(relative(sulfate(cell), 5e7)).toBeLessThan(1e-14);
  });

  it('loses nothing where the sink is beyond measure', () => {
    const cell = polluted();
    cell.h2so4 = 1e-200;
    cell.h2so4Production = 0;
    cell.number.fill(1e200);
    condensationSink(cell);
    condensation('ham2')(cell);
    expect(relative(sulfate(cell), 1e-200)).toBeLessThan(1e-14);
  });

  it('without particles leaves the gas to be produced', () => {
    const cell = createCell();
    cell.h2so4 = 10;
    cell.h2so4Production = 2;
    condensationSink(cell);
    condensation('ham2')(cell);
    expect(cell.h2so4).toBe(10 + 2 * 450);
  });
});
