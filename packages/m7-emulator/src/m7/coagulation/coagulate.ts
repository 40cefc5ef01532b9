import type { CellProcess, M7Cell } from '../cell.js';
import type { Variant } from '../constants.js';
import {
  AI,
  AS,
  BC_AS,
  BC_CS,
  BC_KI,
  BC_KS,
  CI,
  CS,
  KI,
  KS,
  modeCount,
  NS,
  OC_AS,
  OC_CS,
  OC_KI,
  OC_KS,
  SO4_AS,
  SO4_CS,
  SO4_KS,
  SO4_NS,
} from '../modes.js';
import { captureByInsoluble } from './insolubleCapture.js';
import { coagulationKernel } from './kernel.js';
import { stepNumber } from './number.js';

/**
 * Coagulation inside and between modes: kernels, numbers, and the masses that move. New particles of this step
 * join NS here. Masses that change mode wait in `gains` until the end of the step.
 *
 * Two particles of different modes become one of the larger or more soluble mode; with an insoluble one, the
 * mode into which that one ages.
 *
 * @see Vignati et al. 2004, section 2.4; Stier et al. 2005, table 2
 */
export function coagulation(variant: Variant): CellProcess {
  const fill = coagulationKernel(variant);
  return (cell) => {
    fill(cell);
    coagulate(cell);
  };
}

/** Sets the shares of the partners of NS, all other modes, and returns the loss rate in s⁻¹. */
function nucleationLossRate({ kernel, number, shares }: M7Cell): number {
  let sum = 0;
  for (let other = KS; other <= CI; other++) {
    const rate = kernel[other]! * number[other]!;
    shares[other] = rate;
    sum += rate;
  }
  if (sum > 0) {
    const inverse = 1 / sum;
    for (let other = KS; other <= CI; other++) shares[other]! *= inverse;
  }
  return sum;
}

/** Partners of KS without KI, which goes to KS itself. */
function aitkenLossRate({ kernel, number, shares }: M7Cell): number {
  const row = KS * modeCount;
  const accumulation = kernel[row + AS]! * number[AS]!;
  const coarse = kernel[row + CS]! * number[CS]!;
  const fineDust = kernel[row + AI]! * number[AI]!;
  const coarseDust = kernel[row + CI]! * number[CI]!;
  const sum = accumulation + coarse + fineDust + coarseDust;
  if (sum > 0) {
    shares[row + AS] = accumulation / sum;
    shares[row + CS] = coarse / sum;
    shares[row + AI] = fineDust / sum;
    shares[row + CI] = coarseDust / sum;
  }
  return sum;
}

/** KI meets KS and AS in the columns of the kernel, and is the one that goes. */
function insolubleLossRate(cell: M7Cell): number {
  const { kernel, number, shares } = cell;
  const withAitken = kernel[KS * modeCount + KI]! * number[KS]!;
  const withAccumulation = kernel[AS * modeCount + KI]! * number[AS]!;
  const sum = withAitken + withAccumulation;
  if (sum > 0) {
    shares[KI * modeCount + KS] = withAitken / sum;
    shares[KI * modeCount + AS] = withAccumulation / sum;
  }
  return sum;
}

function coagulate(cell: M7Cell): void {
  const { kernel, number, mass, shares, sulfatePerParticle: sulfate, perParticle } = cell;
  // All rates follow from the numbers before the step.
  const nucleationLoss = nucleationLossRate(cell);
  const aitkenLoss = aitkenLossRate(cell);
  const insolubleLoss = insolubleLossRate(cell);
  const aitkenBefore = number[KS]!;

  if (number[KI]! > 0) {
    stepNumber(cell, KI, 0.5 * kernel[KI * modeCount + KI]!, insolubleLoss, 0);
    const toAitken = shares[KI * modeCount + KS]!;
    const toAccumulation = shares[KI * modeCount + AS]!;
    move(cell, KI, BC_KI, perParticle[BC_KI]! * 1e12, toAitken, BC_KS, toAccumulation, BC_AS, 0, BC_CS);
    move(cell, KI, OC_KI, perParticle[OC_KI]! * 1e12, toAitken, OC_KS, toAccumulation, OC_AS, 0, OC_CS);
  }

  mass[SO4_NS]! += cell.nucleatedMass;
  cell.nucleatedMass = 0;
  const selfNucleation = 0.5 * kernel[NS * modeCount + NS]!;
  const start = stepNumber(cell, NS, selfNucleation, nucleationLoss, cell.nucleatedNumber);
  cell.nucleatedNumber = 0;
  if (start > 0) {
    sulfate[NS] = mass[SO4_NS]! / start;
    captureByInsoluble(cell, start, selfNucleation, aitkenBefore);
    move(
      cell,
      NS,
      SO4_NS,
      sulfate[NS],
      shares[KS]! + shares[KI]!,
      SO4_KS,
      shares[AS]! + shares[AI]!,
      SO4_AS,
      shares[CS]! + shares[CI]!,
      SO4_CS,
    );
  }

  if (aitkenBefore > 0) {
    stepNumber(cell, KS, 0.5 * kernel[KS * modeCount + KS]!, aitkenLoss, 0);
    sulfate[KS] = mass[SO4_KS]! / aitkenBefore;
    const row = KS * modeCount;
    const toAccumulation = shares[row + AS]! + shares[row + AI]!;
    const toCoarse = shares[row + CS]! + shares[row + CI]!;
    move(cell, KS, SO4_KS, sulfate[KS], 0, SO4_KS, toAccumulation, SO4_AS, toCoarse, SO4_CS);
    move(cell, KS, BC_KS, perParticle[BC_KS]! * 1e12, 0, BC_KS, toAccumulation, BC_AS, toCoarse, BC_CS);
    move(cell, KS, OC_KS, perParticle[OC_KS]! * 1e12, 0, OC_KS, toAccumulation, OC_AS, toCoarse, OC_CS);
  }

  if (number[AS]! > 0) stepNumber(cell, AS, 0.5 * kernel[AS * modeCount + AS]!, 0, 0);
}

/**
 * Leaves in a mode what its remaining particles and those lost inside it carry, and books the rest for up to
 * three other components in given shares.
 */
function move(
  cell: M7Cell,
  mode: number,
  component: number,
  perParticle: number,
  share1: number,
  target1: number,
  share2: number,
  target2: number,
  share3: number,
  target3: number,
): void {
  const { mass, gains } = cell;
  const shareSum = share1 + share2 + share3;
  // Components that count as absent (see meanMasses) stay where they are.
  if (!(perParticle > 0 && shareSum > 0 && cell.lostToOthers[mode]! > 0)) return;
  const before = mass[component]!;
  const left = Math.min((cell.number[mode]! + cell.lostWithin[mode]!) * perParticle, before);
  const moved = (before - left) / shareSum;
  mass[component] = left;
  if (share1 > 0) gains[target1]! += moved * share1;
  if (share2 > 0) gains[target2]! += moved * share2;
  if (share3 > 0) gains[target3]! += moved * share3;
}
