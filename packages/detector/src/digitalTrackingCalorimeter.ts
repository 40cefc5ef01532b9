import { alpideEpitaxialThicknessMm } from './clusterSize.js';
import type { DetectorGeometry, DetectorLayer, Slab } from './geometry.js';
import type { Material } from './physics/materials.js';
import { materials } from './physics/materials.js';

const { aluminium, silicon, air, kapton, glue, carbonFibre } = materials;

const micrometres = (material: Material, thickness: number): Slab => ({
  material,
  thicknessMm: thickness / 1000,
});

const epitaxialLayer: Slab = { material: silicon, thicknessMm: alpideEpitaxialThicknessMm, sensitive: true };

/** Flexible circuit behind a chip; the same in every layer but for what it is glued to. */
const flexibleCircuit: readonly Slab[] = [
  micrometres(aluminium, 30),
  micrometres(kapton, 20),
  micrometres(glue, 5),
  micrometres(kapton, 75),
  micrometres(glue, 5),
  micrometres(aluminium, 100),
  micrometres(kapton, 20),
  micrometres(glue, 5),
];

const trackerSlabs: readonly Slab[] = [
  micrometres(carbonFibre, 200),
  micrometres(glue, 5),
  micrometres(silicon, 14),
  epitaxialLayer,
  micrometres(aluminium, 11),
  micrometres(air, 1685),
  ...flexibleCircuit,
  micrometres(carbonFibre, 200),
  micrometres(air, 50_000),
];

const absorber = micrometres(aluminium, 3500);

/**
 * What stands in front of the first calorimeter chip instead of an absorber. The published list of water
 * equivalent thicknesses, 0, 1.8, 2.34, 8.2, 8.2 … mm, has 2.34 mm between the second tracking layer and this
 * chip, where a whole absorber would make 8.8: this thickness fills it up.
 */
const frontPlate = micrometres(aluminium, 450);

const chipAndCarrier: readonly Slab[] = [
  micrometres(glue, 5),
  micrometres(aluminium, 150),
  micrometres(glue, 5),
  micrometres(silicon, 64),
  epitaxialLayer,
  micrometres(aluminium, 11),
  micrometres(air, 1480),
  ...flexibleCircuit,
];

const firstCalorimeterSlabs = [frontPlate, ...chipAndCarrier];
const calorimeterSlabs = [absorber, ...chipAndCarrier];

/** Where the stacks stand, millimetres, with the phantom centred at z = 0. */
const trackerFrontMm = 225;
const trackerPitchMm = 52.4;
const calorimeterFrontMm = 329.8;
const calorimeterPitchMm = 5.5;

/** Options of {@link digitalTrackingCalorimeter}. */
export interface DigitalTrackingCalorimeterOptions {
  /** @defaultValue 2 */
  readonly trackerLayers?: number;
  /** @defaultValue 48, as in the simulated detector of the tracking papers */
  readonly calorimeterLayers?: number;
}

/**
 * The Bergen digital tracking calorimeter: two thin tracking layers and a sandwich of 3.5 mm aluminium
 * absorbers and ALPIDE pixel chips with a 25 µm epitaxial layer.
 *
 * @returns a plain value; change a copy of it to study another detector
 * @see Alme et al. 2020, Frontiers in Physics 8, 568243; layer stacks as in the GATE model of
 * Pettersen's DigitalTrackingCalorimeterToolkit; sensitive area as in Kortus et al. 2024
 */
export function digitalTrackingCalorimeter({
  trackerLayers = 2,
  calorimeterLayers = 48,
}: DigitalTrackingCalorimeterOptions = {}): DetectorGeometry {
  const layers: DetectorLayer[] = [];
  for (let k = 0; k < trackerLayers; k++) {
    layers.push({ kind: 'tracker', frontMm: trackerFrontMm + k * trackerPitchMm, slabs: trackerSlabs });
  }
  for (let k = 0; k < calorimeterLayers; k++) {
    const frontMm = calorimeterFrontMm + k * calorimeterPitchMm;
    // The thinner plate leaves the first chip at its place in the pitch.
    const missingMm = k === 0 ? absorber.thicknessMm - frontPlate.thicknessMm : 0;
    layers.push({
      kind: 'calorimeter',
      frontMm: frontMm + missingMm,
      slabs: k === 0 ? firstCalorimeterSlabs : calorimeterSlabs,
    });
  }
  return { layers, halfWidthMm: 135.4, halfHeightMm: 83.15, pixelsX: 9 * 1024, pixelsY: 12 * 512 };
}
