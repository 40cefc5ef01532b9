import type { M7Cell } from './cell.js';
import { CI, componentCount, KI, modeCount, NS, SO4_KS, SO4_NS } from './modes.js';

/**
 * Ends the exchange between modes: adds what coagulation and ageing booked, gives H2SO4 that condensed on the
 * insoluble modes to the soluble mode of their size, and new particles to NS if coagulation did not.
 */
export function collectGains(cell: M7Cell): void {
  const { mass, number, gains, numberGains, condensed } = cell;
  for (let component = 0; component < componentCount; component++) {
    mass[component]! += gains[component]!;
    gains[component] = 0;
  }
  for (let mode = 0; mode < modeCount; mode++) {
    number[mode]! += numberGains[mode]!;
    numberGains[mode] = 0;
  }
  for (let mode = KI; mode <= CI; mode++) {
    mass[SO4_KS + mode - KI]! += condensed[mode]!;
    condensed[mode] = 0;
  }
  mass[SO4_NS]! += cell.nucleatedMass;
  number[NS]! += cell.nucleatedNumber;
  cell.nucleatedMass = 0;
  cell.nucleatedNumber = 0;
}
