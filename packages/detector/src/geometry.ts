import type { Material } from './physics/materials.js';

/** One homogeneous sheet of a layer's stack, crossed along +z. */
export interface Slab {
  readonly material: Material;
  /** Thickness along z, millimetres, >= 0. */
  readonly thicknessMm: number;
  /** True for the sheet whose energy deposit is read out. Exactly one slab of a layer is sensitive. */
  readonly sensitive?: boolean;
}

/** One readout layer: a stack of slabs that starts at `frontMm`. */
export interface DetectorLayer {
  /** Tracking layers stand in front of the calorimeter and hold no absorber. */
  readonly kind: 'tracker' | 'calorimeter';
  /** z of the stack's upstream face, millimetres, in the frame where the phantom is centred at z = 0. */
  readonly frontMm: number;
  readonly slabs: readonly Slab[];
}

/** A stack of pixel layers across the beam; replace it by a value of your own to study another detector. */
export interface DetectorGeometry {
  /** Layers in the order that the beam meets them; the index in this list is a hit's `layer`. */
  readonly layers: readonly DetectorLayer[];
  /** Sensitive area: |x| <= halfWidthMm, |y| <= halfHeightMm, millimetres. */
  readonly halfWidthMm: number;
  readonly halfHeightMm: number;
  /** Pixels over the whole sensitive area, in x and in y. */
  readonly pixelsX: number;
  readonly pixelsY: number;
}
