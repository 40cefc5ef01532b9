import type { Mode } from '../m7/modes.js';
import type { AirMass } from './compositions.js';

/** Names of the regimes of air, in the order of the numbers in a chunk. */
export const regimeNames = [
  'lowerStratosphere',
  'upperTroposphere',
  'freeTroposphere',
  'marine',
  'cleanMarine',
  'continental',
  'polar',
  'dust',
  'polluted',
  'boreal',
  'smoke',
  'volcanic',
] as const;

/** Name of a regime of air. */
export type RegimeName = (typeof regimeNames)[number];

/** Low and high end of a range. */
type Range = readonly [low: number, high: number];

/** How the states of a regime are drawn. */
export interface Regime {
  /** Share of the cells before weights are divided by their sum. */
  readonly weight: number;
  /** Pa; uniform. */
  readonly pressure: Range;
  /** K; half by the season, half uniform. */
  readonly temperature: Range;
  /** 0 to 1; uniform. */
  readonly humidity: Range;
  /** Share of cells without any water vapour. */
  readonly dryShare: number;
  /** log10 of the production of H2SO4 under a Sun in the zenith, molecules cm⁻³ s⁻¹. */
  readonly production: Range;
  /** Degrees, north positive; where `eitherHemisphere`, of both signs. */
  readonly latitude: Range;
  readonly eitherHemisphere: boolean;
  /** Share of cells inside the boundary layer. */
  readonly boundaryLayer: number;
  /** Share of cells with clouds. */
  readonly cloudShare: number;
  /** Share of cells over forest. */
  readonly forestShare: number;
  readonly air: AirMass;
  /** How much numbers vary, relative to air far from all sources. */
  readonly spread: number;
  /** Median number, cm⁻³, and median dry radius, nm, of each mode that is there. */
  readonly modes: { readonly [M in Mode]?: readonly [number: number, radius: number] };
}
