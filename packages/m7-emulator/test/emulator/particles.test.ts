import { createRng } from '@pct/core';
import { compile, float64 } from '@pct/tensor';
import { expect, it } from 'vitest';
import { outputCount, outputIndex } from '../../src/data/columns.js';
import { outputRows } from '../../src/data/rows.js';
import { particlesOf, saltCount } from '../../src/emulator/particles.js';
import { createCell, resetCell } from '../../src/m7/cell.js';
import { sphere } from '../../src/m7/constants.js';
import { meanMasses } from '../../src/m7/meanMasses.js';
import { averageMassFactors, componentCount, modeCount, solubleCount, SS_AS } from '../../src/m7/modes.js';
import { createResult, copyState } from '../../src/m7/state.js';
import { dryParticles } from '../../src/m7/water/dry.js';
import { randomBlock } from '../blocks.js';

const cells = 300;

it('has the radii and densities of the box model without water, and adds the volume of water', async () => {
  const rng = createRng(8);
  const { state } = randomBlock(rng, cells, { spread: 1 });
  // Modes with next to nothing in them, or nothing.
  for (const amounts of [state.mass, state.number]) {
    amounts.forEach((_, at) => {
      const chance = rng.uniform();
      if (chance < 0.15) amounts[at] = 0;
      else if (chance < 0.3) amounts[at] = 10 ** rng.uniform(-26, -3);
    });
  }
  const dry = createResult(cells);
  copyState(state, dry);
  const salt = new Float64Array(cells * saltCount);
  salt.forEach((_, at) => {
    salt[at] = state.mass[(SS_AS + (at % saltCount)) * cells + Math.floor(at / saltCount)]!;
  });
  await using program = await compile(
    particlesOf,
    [float64('batch', outputCount), float64('batch', saltCount)],
    { runtime: 'interpreter' },
  );
  const run = async (values: Float64Array) => {
    const { wetRadius, dryRadius, density } = await program.run(
      { data: values, shape: [cells, outputCount] },
      { data: salt, shape: [cells, saltCount] },
    );
    return { wetRadius: wetRadius.data, dryRadius: dryRadius.data, density: density.data };
  };
  const values = outputRows(dry);
  const said = await run(values);
  const wetValues = values.slice();
  const firstWater = outputIndex('water_NS');
  for (let row = 0; row < cells; row++) {
    for (let mode = 0; mode < solubleCount; mode++) {
      wetValues[row * outputCount + firstWater + mode] = 10 ** rng.uniform(-12, -8);
    }
  }
  const wet = await run(wetValues);

  const cell = createCell();
  const means = meanMasses('ham2');
  const wrong: unknown[] = [];
  const check = (what: string, row: number, mode: number, value: number, truth: number): void => {
    if (!(Math.abs(value - truth) <= 1e-12 * Math.abs(truth))) wrong.push([what, row, mode, value, truth]);
  };
  for (let row = 0; row < cells; row++) {
    resetCell(cell);
    for (let k = 0; k < componentCount; k++) cell.mass[k] = state.mass[k * cells + row]!;
    for (let mode = 0; mode < modeCount; mode++) cell.number[mode] = state.number[mode * cells + row]!;
    means(cell);
    dryParticles(cell);
    for (let mode = 0; mode < modeCount; mode++) {
      const at = row * modeCount + mode;
      check('radius', row, mode, said.wetRadius[at]!, cell.wetRadius[mode]!);
      check('density', row, mode, said.density[at]!, cell.density[mode]!);
      if (mode >= solubleCount) {
        check('radius beside water', row, mode, wet.wetRadius[at]!, said.wetRadius[at]!);
        continue;
      }
      check('dry radius', row, mode, said.dryRadius[row * solubleCount + mode]!, cell.dryRadius[mode]!);
      const number = cell.number[mode]!;
      if (number === 0 || cell.dryRadius[mode] === 0) continue;
      // 1 kg m⁻³ is 10⁻³ g cm⁻³.
      const water = (1e-3 * wetValues[row * outputCount + firstWater + mode]!) / number;
      const volumeOf = (radius: number): number => sphere * (radius * averageMassFactors[mode]!) ** 3;
      const volume = volumeOf(cell.dryRadius[mode]!);
      check('volume', row, mode, volumeOf(wet.wetRadius[at]!), volume + water);
      const mass = volume * cell.density[mode]! + water;
      check('mass', row, mode, volumeOf(wet.wetRadius[at]!) * wet.density[at]!, mass);
    }
  }
  expect(wrong).toEqual([]);
});
