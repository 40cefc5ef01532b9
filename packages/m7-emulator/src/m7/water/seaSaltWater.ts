import type { M7Cell } from '../cell.js';
import { avogadro, density, molarMass, sphere, type Variant } from '../constants.js';
import { AS, averageMassFactors, BC_AS, CS, DU_AS, OC_AS, SO4_NS, SS_AS } from '../modes.js';

/** Coefficients c₀ to c₇ of √m = Σ cₖ aᵏ, m in mol kg⁻¹ of water, a = water activity. */
const sodiumChloride = [
  -1.918004e2, 2.00154e3, -8.557205e3, 1.98767e4, -2.717192e4, 2.187103e4, -9.591577e3, 1.763672e3,
];
const sodiumSulfate = [
  -3.295311e3, 3.188349e4, -1.305168e5, 2.935608e5, -3.920423e5, 3.109519e5, -1.356439e5, 2.510249e4,
];
const sulfuricAcid = [
  5.611895, -1.387446e1, 1.750682e1, 7.138146e1, -3.109173e2, 4.662288e2, -3.128612e2, 7.76097e1,
];

/** Molality in mol kg⁻¹ of a binary solution at a water activity. */
function molality(coefficients: readonly number[], activity: number): number {
  let sum = 0;
  for (let k = 7; k >= 0; k--) sum = sum * activity + coefficients[k]!;
  return sum * sum;
}

/**
 * Molalities in mol kg⁻¹ of solutions of one solute in equilibrium with air.
 *
 * @param activity - water activity = relative humidity, 0.45 to 1
 * @see Jacobson, Tabazadeh and Turco 1996, doi:10.1029/96JD00348, table 7
 */
export function binaryMolalities(activity: number): { NaCl: number; Na2SO4: number; H2SO4: number } {
  return {
    NaCl: molality(sodiumChloride, activity),
    Na2SO4: molality(sodiumSulfate, activity),
    H2SO4: molality(sulfuricAcid, activity),
  };
}

/** Places in `waterScratch`, behind those of sulfateWater. */
const [CHLORIDE, SULFATE, ACID, OTHERS_VOLUME, OTHERS_MASS] = [5, 6, 7, 8, 9] as const;

/** Relative humidity below which salts are dry. */
const deliquescence = 0.45;

/** Prepares {@link seaSaltWater} for the humidity of a cell. */
export function prepareSeaSaltWater(cell: M7Cell, variant: Variant): void {
  const scratch = cell.waterScratch;
  const humidity = cell.relativeHumidity;
  scratch[OTHERS_VOLUME] = 0;
  scratch[OTHERS_MASS] = 0;
  if (humidity < deliquescence) return;
  const activity = variant === 'classic' ? Math.min(humidity, 1) : humidity;
  scratch[CHLORIDE] = molality(sodiumChloride, activity);
  scratch[SULFATE] = molality(sodiumSulfate, activity);
  scratch[ACID] = molality(sulfuricAcid, activity);
}

/** Has {@link seaSaltWater} count the carbon and dust of AS in CS too, as ECHAM6-HAM2 of 2012 does. */
export function carryOthers({ mass, waterScratch: scratch }: M7Cell): void {
  const black = mass[BC_AS]! * 1e-6;
  const organic = mass[OC_AS]! * 1e-6;
  const dust = mass[DU_AS]! * 1e-6;
  scratch[OTHERS_VOLUME] =
    black / density.blackCarbon + organic / density.organicCarbon + dust / density.dust;
  scratch[OTHERS_MASS] = black + organic + dust;
}

/**
 * Water, wet and dry radius and density of AS or CS with sea salt: sodium takes the sulfate first, the chloride
 * in excess leaves; the waters of the solutes add up (Zdanovskii, Stokes and Robinson).
 *
 * @param cell - after {@link prepareSeaSaltWater}; the mode must have sea salt and particles
 * @see Jacobson et al. 1996, doi:10.1029/96JD00348
 */
export function seaSaltWater(cell: M7Cell, mode: number, variant: Variant): void {
  const { mass, waterScratch: scratch } = cell;
  const own = mode - AS;
  // mol m⁻³
  const sodium = (mass[SS_AS + own]! * 1e-6) / molarMass.sodiumChloride;
  const sulfate = (mass[SO4_NS + mode]! * 1e6) / avogadro[variant];
  const salt = Math.min(sodium / 2, sulfate);
  const chloride = Math.max(Math.min(sodium, sodium - 2 * salt), 0);
  const acid = sulfate - salt;

  const black = mass[BC_AS + own]! * 1e-6;
  const organic = mass[OC_AS + own]! * 1e-6;
  const dust = mass[DU_AS + own]! * 1e-6;
  let others = black / density.blackCarbon + organic / density.organicCarbon + dust / density.dust;
  let othersMass = black + organic + dust;
  if (mode === CS) {
    others += scratch[OTHERS_VOLUME]!;
    othersMass += scratch[OTHERS_MASS]!;
  }

  // g m⁻³ and cm³ m⁻³
  const chlorideMass = chloride * molarMass.sodiumChloride;
  const saltMass = salt * molarMass.sodiumSulfate;
  const acidMass = acid * molarMass.sulfuricAcid;
  const dryMass = chlorideMass + saltMass + acidMass + othersMass;
  const dryVolume =
    chlorideMass / density.seaSalt +
    saltMass / density.sodiumSulfate +
    acidMass / density.sulfuricAcid +
    others;
  const factor = averageMassFactors[mode]!;
  const perVolume = 1 / (sphere * cell.number[mode]! * 1e6);
  const dryRadius = Math.cbrt(dryVolume * perVolume) / factor;
  cell.dryRadius[mode] = dryRadius;
  if (cell.relativeHumidity < deliquescence) {
    cell.water[mode] = 0;
    cell.wetRadius[mode] = dryRadius;
    cell.density[mode] = dryMass / dryVolume;
    return;
  }
  const water = chloride / scratch[CHLORIDE]! + salt / scratch[SULFATE]! + acid / scratch[ACID]!;
  cell.water[mode] = water;
  cell.wetRadius[mode] = Math.cbrt((dryVolume + 1e3 * water) * perVolume) / factor;
  cell.density[mode] = (dryMass + 1e3 * water) / (dryVolume + 1e3 * water);
}
