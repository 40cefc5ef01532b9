/** A chemical element's share of a material. */
export interface Constituent {
  /** Atomic number. */
  readonly z: number;
  /** Atomic mass, g/mol. */
  readonly a: number;
  /** Fraction by mass; the fractions of a material add up to 1. */
  readonly massFraction: number;
}

/**
 * Sternheimer's parameters of the density effect.
 *
 * @see Sternheimer, Berger and Seltzer 1984, Atomic Data and Nuclear Data Tables 30, 261, table 1
 */
export interface DensityEffect {
  readonly cBar: number;
  readonly x0: number;
  readonly x1: number;
  readonly a: number;
  readonly m: number;
  /** Value at x0; zero for insulators. */
  readonly delta0: number;
}

/** A homogeneous material that protons slow down and scatter in. */
export interface Material {
  readonly name: string;
  /** g/cm³. */
  readonly density: number;
  /** Mean excitation energy I, eV. */
  readonly meanExcitationEnergyEv: number;
  /** Radiation length X0, g/cm². */
  readonly radiationLength: number;
  readonly constituents: readonly Constituent[];
  readonly densityEffect?: DensityEffect;
}

const hydrogen = { z: 1, a: 1.008 };
const carbon = { z: 6, a: 12.011 };
const nitrogen = { z: 7, a: 14.007 };
const oxygen = { z: 8, a: 15.999 };
const argon = { z: 18, a: 39.948 };

const water: Material = {
  name: 'water',
  density: 1,
  meanExcitationEnergyEv: 75,
  radiationLength: 36.08,
  constituents: [
    { ...hydrogen, massFraction: 0.111894 },
    { ...oxygen, massFraction: 0.888106 },
  ],
  densityEffect: { cBar: 3.5017, x0: 0.24, x1: 2.8004, a: 0.09116, m: 3.4773, delta0: 0 },
};

const aluminium: Material = {
  name: 'aluminium',
  density: 2.699,
  meanExcitationEnergyEv: 166,
  radiationLength: 24.01,
  constituents: [{ z: 13, a: 26.982, massFraction: 1 }],
  densityEffect: { cBar: 4.2395, x0: 0.1708, x1: 3.0127, a: 0.08024, m: 3.6345, delta0: 0.12 },
};

const silicon: Material = {
  name: 'silicon',
  density: 2.33,
  meanExcitationEnergyEv: 173,
  radiationLength: 21.82,
  constituents: [{ z: 14, a: 28.085, massFraction: 1 }],
  densityEffect: { cBar: 4.4351, x0: 0.2014, x1: 2.8715, a: 0.14921, m: 3.2546, delta0: 0.14 },
};

const air: Material = {
  name: 'air',
  density: 1.205e-3,
  meanExcitationEnergyEv: 85.7,
  radiationLength: 36.62,
  constituents: [
    { ...nitrogen, massFraction: 0.755268 },
    { ...oxygen, massFraction: 0.231781 },
    { ...argon, massFraction: 0.012827 },
    { ...carbon, massFraction: 0.000124 },
  ],
  densityEffect: { cBar: 10.5961, x0: 1.7418, x1: 4.2759, a: 0.10914, m: 3.3994, delta0: 0 },
};

const kapton: Material = {
  name: 'kapton',
  density: 1.42,
  meanExcitationEnergyEv: 79.6,
  radiationLength: 40.58,
  constituents: [
    { ...hydrogen, massFraction: 0.026362 },
    { ...carbon, massFraction: 0.691133 },
    { ...nitrogen, massFraction: 0.07327 },
    { ...oxygen, massFraction: 0.209235 },
  ],
  densityEffect: { cBar: 3.3497, x0: 0.1509, x1: 2.5631, a: 0.15971, m: 3.1921, delta0: 0 },
};

/** Glue between chips and carriers, taken as a hydrocarbon (CH) of the density that the published geometry gives. */
const glue: Material = {
  name: 'glue',
  density: 1.05,
  meanExcitationEnergyEv: 68.7,
  radiationLength: 43.79,
  constituents: [
    { ...hydrogen, massFraction: 0.077421 },
    { ...carbon, massFraction: 0.922579 },
  ],
  densityEffect: { cBar: 3.2999, x0: 0.1647, x1: 2.5031, a: 0.16454, m: 3.2224, delta0: 0 },
};

const carbonFibre: Material = {
  name: 'carbonFibre',
  density: 2.2,
  meanExcitationEnergyEv: 81,
  radiationLength: 42.7,
  constituents: [{ ...carbon, massFraction: 1 }],
  densityEffect: { cBar: 2.868, x0: -0.0178, x1: 2.3415, a: 0.26142, m: 2.8697, delta0: 0.12 },
};

/**
 * The materials of the digital tracking calorimeter and of its phantoms.
 *
 * Mean excitation energies are those of PSTAR (ICRU Report 49), radiation lengths those of the Particle Data Group.
 */
export const materials = { water, aluminium, silicon, air, kapton, glue, carbonFibre } as const;
