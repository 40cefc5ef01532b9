/**
 * Detector hits, one column per property, one entry per hit; the names are GATE's.
 *
 * All columns have length `count`. Columns are plain values: functions of this package never change them.
 */
export interface Hits {
  readonly count: number;
  /** Position, millimetres; the beam runs along +z and the phantom is centred at z = 0. */
  readonly posX: Float64Array;
  readonly posY: Float64Array;
  readonly posZ: Float64Array;
  /** Energy deposited in the sensitive slab, MeV, >= 0. */
  readonly edep: Float64Array;
  /** Number of the primary proton that the hit belongs to. */
  readonly eventID: Int32Array;
  /** Number of the particle within its event; the primary is 1. */
  readonly trackID: Int32Array;
  /** `trackID` of the particle that made this one; 0 marks the primary. */
  readonly parentID: Int32Array;
  /** Index of the layer in the geometry: 0 and 1 are the tracking layers, 2 the first calorimeter layer. */
  readonly layer: Int32Array;
}

/** Names of the columns of {@link Hits}. */
export const hitColumns = [
  'posX',
  'posY',
  'posZ',
  'edep',
  'eventID',
  'trackID',
  'parentID',
  'layer',
] as const;
