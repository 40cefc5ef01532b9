import { checkFinite, checkInteger, checkPositive, InvalidArgumentError } from '@pct/core';
import type { DetectorGeometry, DetectorLayer, Slab } from './geometry.js';

/** Layers may overlap by this much, mm: rounding of sums of thicknesses. */
const overlapToleranceMm = 1e-6;

/**
 * Checks that a geometry is what {@link DetectorGeometry} promises.
 *
 * @param caller - name of the public function that was given the geometry, for the message
 * @throws {@link InvalidArgumentError} if there is no layer, a layer does not have exactly one sensitive slab,
 * a thickness is negative, or a layer starts in front of the end of the one before it
 */
export function checkGeometry(caller: string, geometry: DetectorGeometry): void {
  const { layers } = geometry;
  if (!(layers.length > 0)) throw new InvalidArgumentError(`${caller}: geometry must have a layer, got none`);
  for (const name of ['halfWidthMm', 'halfHeightMm'] as const) {
    checkPositive(caller, `geometry.${name}`, geometry[name]);
  }
  for (const name of ['pixelsX', 'pixelsY'] as const) {
    checkInteger(caller, `geometry.${name}`, geometry[name], { min: 1 });
  }
  let end = -Infinity;
  layers.forEach((layer, l) => {
    const name = `geometry.layers[${l}]`;
    checkFinite(caller, `${name}.frontMm`, layer.frontMm, { min: -1e6, max: 1e6 });
    if (layer.frontMm < end - overlapToleranceMm) {
      throw new InvalidArgumentError(
        `${caller}: ${name}.frontMm must be behind the layer before it, which ends at ${end} mm, got ${layer.frontMm}`,
      );
    }
    layer.slabs.forEach(({ thicknessMm }, k) => {
      checkFinite(caller, `${name}.slabs[${k}].thicknessMm`, thicknessMm, { min: 0 });
    });
    const sensitive = layer.slabs.filter((slab) => slab.sensitive === true).length;
    if (sensitive !== 1) {
      throw new InvalidArgumentError(
        `${caller}: ${name}.slabs must have exactly one sensitive slab, got ${sensitive}`,
      );
    }
    end = layer.slabs.reduce((z, { thicknessMm }) => z + thicknessMm, layer.frontMm);
  });
}

/** The sensitive slab of a layer of a checked geometry. */
export function sensitiveSlab({ slabs }: DetectorLayer): Slab {
  return slabs.find((slab) => slab.sensitive === true)!;
}

/**
 * z of the middle of each layer's sensitive slab, millimetres. Length [layers].
 *
 * @throws {@link InvalidArgumentError} if the geometry is not consistent
 */
export function sensorPositionsMm(geometry: DetectorGeometry): Float64Array {
  checkGeometry('sensorPositionsMm', geometry);
  return Float64Array.from(geometry.layers, (layer) => {
    let z = layer.frontMm;
    for (const { thicknessMm, sensitive } of layer.slabs) {
      if (sensitive === true) return z + thicknessMm / 2;
      z += thicknessMm;
    }
    return z;
  });
}
