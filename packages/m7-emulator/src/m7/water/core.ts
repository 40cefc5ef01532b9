import type { M7Cell } from '../cell.js';
import { density } from '../constants.js';
import { AS, BC_AS, BC_CS, BC_KS, CS, DU_AS, DU_CS, KS, OC_AS, OC_CS, OC_KS } from '../modes.js';

/** What takes up no water in a particle of a soluble mode (carbon and dust): its volume in cm³. */
export function coreVolume({ perParticle }: M7Cell, mode: number): number {
  switch (mode) {
    case KS:
      return perParticle[BC_KS]! / density.blackCarbon + perParticle[OC_KS]! / density.organicCarbon;
    case AS:
      return (
        perParticle[BC_AS]! / density.blackCarbon +
        perParticle[OC_AS]! / density.organicCarbon +
        perParticle[DU_AS]! / density.dust
      );
    case CS:
      return (
        perParticle[BC_CS]! / density.blackCarbon +
        perParticle[OC_CS]! / density.organicCarbon +
        perParticle[DU_CS]! / density.dust
      );
    default:
      return 0;
  }
}

/** What takes up no water in a particle of a soluble mode (carbon and dust): its mass in g. */
export function coreMass({ perParticle }: M7Cell, mode: number): number {
  switch (mode) {
    case KS:
      return perParticle[BC_KS]! + perParticle[OC_KS]!;
    case AS:
      return perParticle[BC_AS]! + perParticle[OC_AS]! + perParticle[DU_AS]!;
    case CS:
      return perParticle[BC_CS]! + perParticle[OC_CS]! + perParticle[DU_CS]!;
    default:
      return 0;
  }
}
