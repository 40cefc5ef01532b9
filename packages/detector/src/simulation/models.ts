/** The proton beam, a Gaussian pencil. */
export interface Beam {
  /** Kinetic energy, MeV. */
  readonly energyMeV: number;
  /** z where the beam starts, millimetres. */
  readonly startMm: number;
  /** Standard deviation of the start position in x and in y, millimetres. */
  readonly spotMm: number;
  /** Standard deviation of the start angle in x and in y, mrad. */
  readonly divergenceMrad: number;
}

/**
 * The numbers of the simulation that published cross sections and formulas leave open.
 *
 * Rates and widths come from the literature; the numbers here say how far they are scaled and what comes out
 * of a nuclear reaction.
 */
export interface InteractionModel {
  /**
   * Factor on the width of multiple Coulomb scattering. 1 reproduces Highland's formula with 14.1 MeV;
   * 0.97 to 0.98 is the width that the Particle Data Group's form, with 13.6 MeV, gives behind 100 to 200 mm of water.
   */
  readonly scatteringScale: number;
  /** Factor on the cross section of inelastic nuclear reactions. */
  readonly reactionScale: number;
  /** Cross section of elastic scattering on nuclei in units of that of reactions. */
  readonly elasticRatio: number;
  /** Slope b of elastic scattering, dσ/dt ∝ exp(−b |t|), b = elasticSlope · A^⅔, (GeV/c)⁻². */
  readonly elasticSlope: number;
  /** Mean number of fast protons that leave a reaction. */
  readonly protonsPerReaction: number;
  /** Each fast proton takes the share u^energyExponent of the energy that is left, u uniform in (0, 1). */
  readonly energyExponent: number;
  /**
   * Angle of a fast proton that carries the share w of the energy: Rayleigh-distributed with the width
   * angleWidth · √(1 − w), radians. Scattering on a free nucleon at rest has cos²θ = w, a width near 0.7.
   */
  readonly angleWidth: number;
}
