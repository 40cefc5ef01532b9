/** Which M7: that of ECHAM6-HAM2, or the original one as chemistry transport models carry it. */
export type Variant = 'ham2' | 'classic';

/** Densities of dry matter in g cm⁻³. */
export const density = {
  sulfuricAcid: 1.841,
  blackCarbon: 2,
  organicCarbon: 2,
  seaSalt: 2.165,
  dust: 2.65,
  sodiumSulfate: 2.68,
} as const;

/** Densities by species, in the order of `species`. */
export const speciesDensities = Float64Array.of(
  density.sulfuricAcid,
  density.blackCarbon,
  density.organicCarbon,
  density.seaSalt,
  density.dust,
);

/** Molar masses in g mol⁻¹; `sulfate` is that of the tracer, used by hosts and the κ water uptake. */
export const molarMass = {
  sulfuricAcid: 98.0734,
  sodiumChloride: 58.443,
  sodiumSulfate: 142.0376,
  sulfate: 96.0631,
} as const;

/** Boltzmann's constant in erg K⁻¹, as rounded in M7. */
export const boltzmann = 1.38e-16;

/** Gas constant in erg mol⁻¹ K⁻¹, as rounded in M7. */
export const gasConstant = 8.314e7;

/** Avogadro's number in mol⁻¹: the two code bases round it differently. */
export const avogadro: Readonly<Record<Variant, number>> = { ham2: 6.02214e23, classic: 6.02217e23 };

/** Cross-section of an adsorbed H2SO4 molecule in cm². */
export const moleculeArea = 2.39e-15;

/** Smallest relative spacing of float64 as M7 writes it: its "greater than nothing". */
export const tiny = 2.22e-16;

/** 4/3 π */
export const sphere = (4 / 3) * Math.PI;

/** Molecules of H2SO4 that a particle of the nucleation mode is taken to have while the mode is empty. */
export const criticalCluster: Readonly<Record<Variant, number>> = {
  ham2: (0.5e-7 ** 3 * Math.PI * avogadro.ham2 * density.sulfuricAcid) / molarMass.sulfuricAcid / 0.75,
  classic: 100,
};
