import { add, div, exp, greater, logicalAnd, matmul, type Tensor } from '@pct/tensor';
import { outputCount, outputIndex, type OutputName, outputNames } from '../../../data/columns.js';
import { avogadro, density, molarMass, sphere } from '../../../m7/constants.js';
import { averageMassFactors, modes, solubleCount } from '../../../m7/modes.js';
import { organicKappa, sulfateKappa } from '../../../m7/water/kappa.js';
import { matrix, row } from '../../tensors.js';

/** cm³ per molecule of SO4: as repartition counts it, and as water uptake does. */
export const acidVolume = molarMass.sulfuricAcid / avogadro.ham2 / density.sulfuricAcid;
export const sulfateVolume = molarMass.sulfate / avogadro.ham2 / density.sulfuricAcid;
/** cm³ per µg of the other species. */
export const blackVolume = 1e-12 / density.blackCarbon;
export const organicVolume = 1e-12 / density.organicCarbon;
export const dustVolume = 1e-12 / density.dust;

/** Number, cm⁻³, from which M7 sees a mode. */
export const leastNumber = 1e-4;

/**
 * Dry matter of each mode, [batch, modes] cm³ per cm³ of air.
 *
 * @param values - [batch, 28]
 * @param perMolecule - cm³ per molecule of SO4
 * @param count - how many modes, the first ones
 */
export function dryVolumes(values: Tensor, perMolecule: number, count: number): Tensor {
  const perUnit: Readonly<Record<string, number>> = {
    SO4: perMolecule,
    BC: blackVolume,
    OC: organicVolume,
    DU: dustVolume,
  };
  const entries = outputNames.flatMap((name: OutputName, output) => {
    const mode = modes.findIndex((one) => name.endsWith(`_${one}`));
    const volume = perUnit[name.split('_')[0]!];
    return mode < 0 || mode >= count || volume === undefined ? [] : [[output, mode, volume] as const];
  });
  return matmul(values, matrix(outputCount, count, entries));
}

/** Whether a mode has particles with something in them. */
export function isThere(number: Tensor, volume: Tensor): Tensor {
  return logicalAnd(greater(number, leastNumber), greater(volume, 1e-30));
}

/** κ times volume of each soluble mode, [batch, 4] cm³ per cm³ of air. */
export function hygroscopicVolumes(values: Tensor): Tensor {
  return matmul(
    values,
    matrix(
      outputCount,
      solubleCount,
      (['NS', 'KS', 'AS', 'CS'] as const).flatMap((mode, k) => {
        const acid = [outputIndex(`SO4_${mode}`), k, sulfateKappa * sulfateVolume] as const;
        if (mode === 'NS') return [acid];
        return [acid, [outputIndex(`OC_${mode}`), k, organicKappa * organicVolume] as const];
      }),
    ),
  );
}

/** Count median radii in cm of the soluble modes, from logarithms of mean volumes in cm³, [batch, 4]. */
export function dryRadii(logVolumes: Tensor): Tensor {
  const offset = Array.from(
    averageMassFactors.subarray(0, solubleCount),
    (factor) => -Math.log(sphere) / 3 - Math.log(factor),
  );
  return exp(add(div(logVolumes, 3), row(offset)));
}
