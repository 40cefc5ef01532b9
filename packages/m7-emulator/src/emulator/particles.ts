import {
  add,
  concat,
  div,
  exp,
  greater,
  log,
  logicalAnd,
  matmul,
  mul,
  pad,
  where,
  type Tensor,
} from '@pct/tensor';
import { outputCount, outputIndex, stateCount } from '../data/columns.js';
import { avogadro, criticalCluster, molarMass, speciesDensities, sphere } from '../m7/constants.js';
import {
  averageMassFactors,
  componentCount,
  modeCount,
  modeOfComponent,
  SO4_CS,
  SO4_NS,
  solubleCount,
  speciesOfComponent,
} from '../m7/modes.js';
import { columns, matrix, row } from './tensors.js';

/** Sea salt is in two modes; it has no column. */
export const saltCount = 2;

/** Number, cm⁻³, up to which modes have no particles to M7, and the mass that counts as none. */
const [leastNumber, leastMass] = [1e-4, 1e-23];
/** Volume in cm³ of one insoluble particle that counts as none. */
const leastVolume = 1e-23;

/** What a `M7Result` has besides masses and numbers: particles of each mode. */
export interface Particles<Leaf = Tensor> {
  /** [batch, 7] count median radius of the wet particles, cm */
  readonly wetRadius: Leaf;
  /** [batch, 4] the same without water, of soluble modes */
  readonly dryRadius: Leaf;
  /** [batch, 7] g cm⁻³, with water */
  readonly density: Leaf;
}

const perMode = (value: (mode: number) => number): Tensor =>
  row(Array.from({ length: modeCount }, (_, mode) => value(mode)));
const perComponent = (value: (component: number) => number): number[] =>
  Array.from({ length: componentCount }, (_, component) => value(component));
const isSoluble = (mode: number): boolean => mode < solubleCount;
const isSulfate = (component: number): boolean => component <= SO4_CS;

/** Sums over the components of each mode, times something: [componentCount, modeCount]. */
const byMode = (factor: (component: number) => number): Tensor =>
  matrix(
    componentCount,
    modeCount,
    perComponent(factor).map((value, component) => [component, modeOfComponent[component]!, value] as const),
  );

/** g per unit of a component, molecule or g. */
const grams = (component: number): number =>
  isSulfate(component) ? molarMass.sulfuricAcid / avogadro.ham2 : 1;

/**
 * Radii and densities of particles, which follow from dry matter and water as `meanMasses` of the box model has them.
 *
 * @param values - float64 [batch, 28] after the step
 * @param salt - float64 [batch, 2] sea salt of AS and CS, µg m⁻³
 */
export function particlesOf(values: Tensor, salt: Tensor): Particles {
  const firstNumber = outputIndex('n_NS');
  const number = columns(values, firstNumber, firstNumber + modeCount);
  const dust = outputIndex('DU_AS');
  const mass = concat(
    [columns(values, outputIndex('SO4_NS'), dust), salt, columns(values, dust, firstNumber)],
    1,
  );
  const ofMode = matrix(
    modeCount,
    componentCount,
    perComponent((component) => modeOfComponent[component]!).map(
      (mode, component) => [mode, component, 1] as const,
    ),
  );
  const count = matmul(number, ofMode);
  const exists = logicalAnd(greater(count, leastNumber), greater(mass, leastMass));
  const unit = row(perComponent((component) => (isSulfate(component) ? 1 : 1e-12)));
  const nothing = row(perComponent((component) => (component === SO4_NS ? criticalCluster.ham2 : 0)));
  const particle = where(exists, div(mul(mass, unit), where(exists, count, 1)), nothing);

  const dryMass = matmul(particle, byMode(grams));
  const dryVolume = matmul(
    particle,
    byMode((component) => grams(component) / speciesDensities[speciesOfComponent[component]!]!),
  );
  const here = logicalAnd(
    greater(
      dryVolume,
      perMode((mode) => (isSoluble(mode) ? 0 : leastVolume)),
    ),
    greater(
      number,
      perMode((mode) => (isSoluble(mode) ? -1 : leastNumber)),
    ),
  );
  const dry = where(here, dryVolume, 1);
  const water = pad(columns(values, stateCount, outputCount), [
    [0, 0],
    [0, modeCount - solubleCount],
  ]);
  const some = greater(number, 0);
  // 1 kg m⁻³ of air is 10⁻³ cm³ of water per cm³ of air.
  const liquid = where(some, div(mul(water, 1e-3), where(some, number, 1)), 0);
  const wet = add(dry, liquid);
  const offset = (mode: number): number => -Math.log(sphere) / 3 - Math.log(averageMassFactors[mode]!);
  const radius = (volume: Tensor): Tensor => exp(add(div(log(volume), 3), perMode(offset)));
  return {
    wetRadius: where(here, radius(wet), 0),
    dryRadius: columns(where(here, radius(dry), 0), 0, solubleCount),
    density: where(here, div(add(dryMass, liquid), wet), 0),
  };
}
