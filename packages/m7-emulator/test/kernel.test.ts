import { coagulatingPairs, coagulationKernel, createCell } from '@climate/m7-emulator/m7';
import { describe, expect, it } from 'vitest';
import { relative, table } from './blocks.js';

const radii = [2e-7, 2e-6, 8e-6, 7e-5, 2.2e-6, 1.5e-5, 9e-5];
const densities = [1.6, 1.5, 1.4, 1.2, 2, 2.65, 2.65];

/** Of a compiled ECHAM6-HAM2 at 273 K and 800 hPa, in the order of the pairs, cm³ s⁻¹. */
const ham = [
  9.50195529e-10, 1.965161e-8, 2.11334208e-7, 3.15939903e-6, 2.32482131e-8, 5.29853508e-7, 4.10742339e-6,
  2.17377601e-9, 4.60133712e-9, 3.62846756e-8, 2.11369602e-9, 8.20654386e-9, 4.67734398e-8, 1.21586574e-9,
  3.88391139e-9, 1.98421797e-9,
];

function cellWith(number = 1) {
  const cell = createCell();
  cell.temperature = 273;
  cell.pressure = 8e4;
  cell.wetRadius.set(radii);
  cell.density.set(densities);
  cell.number.fill(number);
  return cell;
}

describe('coagulationKernel', () => {
  it("agrees with the compiled LOTOS-EUROS to its file's digits", () => {
    const cell = cellWith();
    coagulationKernel('classic')(cell);
    const rows = table('unit_kernel_le.csv');
    expect(rows).toHaveLength(coagulatingPairs.length);
    for (const row of rows) {
      const ours = cell.kernel[(row['i']! - 1) * 7 + row['j']! - 1]!;
      expect(relative(ours, row['K_cm3_s']!)).toBeLessThan(1e-9);
    }
  });

  it('agrees with the compiled ECHAM6-HAM2', () => {
    const cell = cellWith();
    coagulationKernel('ham2')(cell);
    coagulatingPairs.forEach(([i, j], pair) => {
      expect(relative(cell.kernel[i * 7 + j]!, ham[pair]!)).toBeLessThan(5e-9);
    });
  });

  it('is zero for pairs with an empty mode, also after one that was not', () => {
    const cell = cellWith();
    const fill = coagulationKernel('ham2');
    fill(cell);
    cell.number[1] = 0;
    fill(cell);
    for (const [i, j] of coagulatingPairs) {
      expect(cell.kernel[i * 7 + j]! > 0).toBe(i !== 1 && j !== 1);
    }
  });
});
