import type { M7Cell } from '../cell.js';
import { tiny } from '../constants.js';
import { AI, CI, KI, KS, modeCount, NS } from '../modes.js';
import { coatingMolecules } from '../coating.js';

/**
 * Nucleation mode particles that coagulated among themselves while insoluble ones were about: part of them is
 * counted as captured by the insoluble modes, as much as makes up for what the separate treatment of the modes
 * misses. Moves particles from `lostWithin` to `lostToOthers` of NS and adjusts its `shares`.
 *
 * @param start - particles of NS before the step and new ones, cm⁻³
 * @param a - half the kernel of NS with itself, cm³ s⁻¹
 * @param aitken - particles of KS before the step, cm⁻³
 */
export function captureByInsoluble(cell: M7Cell, start: number, a: number, aitken: number): void {
  const { number, shares, lostToOthers, lostWithin, dt } = cell;
  const lost = lostToOthers[NS]!;
  if (!(lost > 0)) return;
  const insoluble = number[KI]! + number[AI]! + number[CI]!;
  const soluble = start + aitken;
  if (!(soluble > insoluble && insoluble > tiny)) return;
  const all = insoluble + soluble;
  const rate = a * dt;
  const whole = 2 + rate * all;
  const alone = insoluble > 1 ? (4 * insoluble) / (whole * (2 + rate * (all - insoluble))) : 0;
  const total = (2 * all) / whole;
  const solubleOnly = (4 * soluble) / (whole * (2 + rate * (all - soluble)));
  const mixed = Math.min(total - alone - solubleOnly, insoluble);
  const mean = cell.sulfatePerParticle[NS]!;
  if (!(mixed > 0 && mean > 0)) return;
  let captured = 0;
  for (let mode = KI; mode <= CI; mode++) {
    captured += ((number[mode]! / insoluble) * mixed * coatingMolecules(cell, mode)) / mean;
  }
  captured = Math.min(captured, 0.95 * lostWithin[NS]!);
  const both = lost + captured;
  lostToOthers[NS] = both;
  lostWithin[NS]! -= captured;
  let sum = 0;
  for (let mode = KS; mode < modeCount; mode++) {
    const extra = mode >= KI ? (captured / both) * (number[mode]! / insoluble) : 0;
    const share = shares[mode]! * (lost / both) + extra;
    shares[mode] = share;
    sum += share;
  }
  for (let mode = KS; mode < modeCount; mode++) shares[mode] = sum > tiny ? shares[mode]! / sum : 0;
}
