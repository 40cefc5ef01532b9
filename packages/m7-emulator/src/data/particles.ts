import { avogadro, density, molarMass } from '../m7/constants.js';
import { type Component, componentIndex, CS, type Mode, modeIndex, radiusLimitsCm } from '../m7/modes.js';
import { compositions, type VolumeShares } from './compositions.js';
import type { Regime } from './regime.js';

/** How one mode of a regime is drawn, laid out for the loop over cells. */
export interface ModePlan {
  /** Row of the number array. */
  readonly mode: number;
  /** cm⁻³ */
  readonly medianNumber: number;
  /** ln of the geometric standard deviation. */
  readonly numberSpread: number;
  /** cm, dry */
  readonly medianRadius: number;
  /** cm, dry; no larger one is drawn. */
  readonly largestRadius: number;
  /** Share of cells without this mode. */
  readonly emptyShare: number;
  readonly parts: readonly PartPlan[];
}

/** One species of a mode. */
interface PartPlan {
  /** Row of the mass array; none for salt that takes volume but is left out. */
  readonly row: number | undefined;
  /** Median share of the volume, before shares are divided by their sum. */
  readonly share: number;
  /** ln of the geometric standard deviation of the share. */
  readonly spread: number;
  /** What 1 cm³ is, in the unit of the component × cm³. */
  readonly perVolume: number;
}

/** ln of the geometric standard deviation of the number of each mode, far from all sources. */
const numberSpreads: Readonly<Record<Mode, number>> = {
  NS: 2,
  KS: 0.8,
  AS: 0.9,
  CS: 1.8,
  KI: 1.8,
  AI: 2.2,
  CI: 2.2,
};

/** Share of cells without a mode: insoluble particles are not everywhere. */
const emptyShares: Readonly<Partial<Record<Mode, number>>> = { KI: 0.15, AI: 0.15, CI: 0.15 };

/** ln of the geometric standard deviation of shares: carbon and dust come from far away, in plumes. */
const shareSpreads: Readonly<Record<keyof VolumeShares, number>> = {
  SO4: 0,
  BC: 1,
  OC: 0.7,
  SS: 0.7,
  DU: 1.5,
};

const microgram = 1e-6;
const perCubicMetre = 1e6;
/** µg m⁻³ in air of which 1 cm³ holds 1 g. */
const microgramsPerGram = perCubicMetre / microgram;

/** What 1 cm³ of dry matter per cm³ of air is in the unit of its component. */
const perVolume: Readonly<Record<keyof VolumeShares, number>> = {
  SO4: (density.sulfuricAcid * avogadro.ham2) / molarMass.sulfuricAcid,
  BC: density.blackCarbon * microgramsPerGram,
  OC: density.organicCarbon * microgramsPerGram,
  SS: density.seaSalt * microgramsPerGram,
  DU: density.dust * microgramsPerGram,
};

const pure: Readonly<Record<'NS' | 'AI' | 'CI', VolumeShares>> = {
  NS: { SO4: 1 },
  AI: { DU: 1 },
  CI: { DU: 1 },
};
const cmPerNm = 1e-7;

/**
 * Lays out the particles of a regime.
 *
 * @param seaSalt - whether salt has mass; without it marine particles are as much smaller as their salt
 */
export function planModes(regime: Regime, seaSalt: boolean): readonly ModePlan[] {
  const made: Readonly<Record<Mode, VolumeShares>> = { ...pure, ...compositions[regime.air] };
  return (Object.keys(regime.modes) as Mode[]).map((name) => {
    const [medianNumber, radius] = regime.modes[name]!;
    return {
      mode: modeIndex(name),
      medianNumber,
      numberSpread: regime.spread * numberSpreads[name],
      medianRadius: radius * cmPerNm,
      largestRadius: largestRadius(modeIndex(name)),
      emptyShare: emptyShares[name] ?? 0,
      parts: (Object.keys(made[name]) as (keyof VolumeShares)[]).map((species) => ({
        row: species === 'SS' && !seaSalt ? undefined : componentIndex(`${species}_${name}` as Component),
        share: made[name][species]!,
        spread: shareSpreads[species],
        perVolume: perVolume[species],
      })),
    };
  });
}

/**
 * M7 leaves NS, KS and AS with at most the geometric mean of their limits, and moves what is larger to the next mode:
 * larger ones would move at once, as no model's input does.
 */
function largestRadius(mode: number): number {
  return mode < CS ? Math.sqrt(radiusLimitsCm[mode]! * radiusLimitsCm[mode + 1]!) : Infinity;
}
