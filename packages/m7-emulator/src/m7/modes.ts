/**
 * The seven log-normal modes: nucleation, Aitken, accumulation and coarse (N, K, A, C), soluble or internally
 * mixed (S) and insoluble (I).
 *
 * @see Vignati, Wilson and Stier 2004, doi:10.1029/2003JD004485, table 1
 */
export const modes = ['NS', 'KS', 'AS', 'CS', 'KI', 'AI', 'CI'] as const;

/** Name of a mode. */
export type Mode = (typeof modes)[number];

/** The five species: sulfate, black carbon, organic carbon, sea salt, dust. */
export const species = ['SO4', 'BC', 'OC', 'SS', 'DU'] as const;

/** Name of a species. */
export type Species = (typeof species)[number];

/** The 18 pairs of species and mode that have a mass, in the order of HAM's and of every array here. */
export const components = [
  'SO4_NS',
  'SO4_KS',
  'SO4_AS',
  'SO4_CS',
  'BC_KS',
  'BC_AS',
  'BC_CS',
  'BC_KI',
  'OC_KS',
  'OC_AS',
  'OC_CS',
  'OC_KI',
  'SS_AS',
  'SS_CS',
  'DU_AS',
  'DU_CS',
  'DU_AI',
  'DU_CI',
] as const;

/** Name of a component, such as `BC_KI`; pairs that M7 does not have, such as `SS_KI`, do not compile. */
export type Component = (typeof components)[number];

/** The modes in which a species occurs. */
export type ModeOf<S extends Species> = Component extends infer C
  ? C extends `${S}_${infer M extends Mode}`
    ? M
    : never
  : never;

export const NS = 0;
export const KS = 1;
export const AS = 2;
export const CS = 3;
export const KI = 4;
export const AI = 5;
export const CI = 6;
export const modeCount = 7;
/** The soluble modes are the first four. */
export const solubleCount = 4;
export const componentCount = 18;

export const SO4_NS = 0;
export const SO4_KS = 1;
export const SO4_AS = 2;
export const SO4_CS = 3;
export const BC_KS = 4;
export const BC_AS = 5;
export const BC_CS = 6;
export const BC_KI = 7;
export const OC_KS = 8;
export const OC_AS = 9;
export const OC_CS = 10;
export const OC_KI = 11;
export const SS_AS = 12;
export const SS_CS = 13;
export const DU_AS = 14;
export const DU_CS = 15;
export const DU_AI = 16;
export const DU_CI = 17;

/** Geometric standard deviation of each mode. */
export const geometricDeviations: readonly number[] = [1.59, 1.59, 1.59, 2, 1.59, 1.59, 2];

/** ln σ of each mode. */
export const logDeviations = Float64Array.from(geometricDeviations, Math.log);

/** Count median radius × this = radius of average mass, per mode: exp(1.5 ln²σ). */
export const averageMassFactors = logDeviations.map((log) => Math.exp(1.5 * log * log));

/** Count median radius × this = radius of average surface, per mode: exp(ln²σ). */
export const averageSurfaceFactors = logDeviations.map((log) => Math.exp(log * log));

/** Smallest dry radius of NS, KS, AS and CS in cm; each is the largest of the mode before it. */
export const radiusLimitsCm = Float64Array.of(0.5e-7, 5e-7, 5e-6, 5e-5);

/** Accommodation coefficient of H2SO4 on each mode. */
export const accommodation = Float64Array.of(1, 1, 1, 1, 0.3, 0.3, 0.3);

/** Mode of each component. */
export const modeOfComponent = Uint8Array.from(components, (name) => modes.indexOf(name.slice(-2) as Mode));

/** Species of each component. */
export const speciesOfComponent = Uint8Array.from(components, (name) =>
  species.indexOf(name.slice(0, -3) as Species),
);

/** The components of each mode one after another; those of mode m stand from `componentStarts[m]` on. */
export const componentsByMode = Uint8Array.from(
  modes.flatMap((_, mode) => components.map((_, row) => row).filter((row) => modeOfComponent[row] === mode)),
);

/** Where the components of each mode start in `componentsByMode`, and at last their number. */
export const componentStarts = Uint8Array.from([...modes, 'end'], (_, mode) =>
  modeOfComponent.reduce((count, other) => count + (other < mode ? 1 : 0), 0),
);

/**
 * Row of a component in the mass arrays.
 *
 * @example
 * ```ts
 * componentIndex('BC_KI'); // 7
 * ```
 */
export function componentIndex(name: Component): number {
  return components.indexOf(name);
}

/** Row of a mode in the number arrays. */
export function modeIndex(name: Mode): number {
  return modes.indexOf(name);
}
