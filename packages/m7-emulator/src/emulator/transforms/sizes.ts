import { clip, concat, div, log, matmul, maximum, relu, where, type Tensor } from '@pct/tensor';
import { type InputName, inputCount, inputIndex } from '../../data/columns.js';
import { modeCount, modes, solubleCount } from '../../m7/modes.js';
import { growthStart } from '../outputs/process/growth.js';
import {
  blackVolume,
  dryVolumes,
  dustVolume,
  dryRadii,
  hygroscopicVolumes,
  isThere,
  leastNumber,
  organicVolume,
  sulfateVolume,
} from '../outputs/process/volumes.js';
import { before, columns, matrix, row } from '../tensors.js';

/** Columns whose share of the volume of their mode tells its composition. */
const shareNames = [
  ...['SO4_KS', 'OC_KS', 'SO4_AS', 'OC_AS', 'DU_AS'],
  ...['SO4_CS', 'OC_CS', 'DU_CS', 'OC_KI'],
] as readonly InputName[];

/** Names of what {@link sizes} gives. */
export const sizeNames: readonly string[] = [
  'temperature',
  'ln_pressure',
  'relativeHumidity',
  ...modes.map((mode) => `size_${mode}`),
  ...modes.slice(0, solubleCount).map((mode) => `growth_${mode}`),
  ...shareNames.map((name) => `share_${name}`),
];

/** Logarithms of the volume in cm³ of typical particles, by mode, for modes that are not there. */
const typical = [-46.5, -40, -35.5, -30.5, -37.5, -32.5, -30.5];

const perUnit: Readonly<Record<string, number>> = {
  SO4: sulfateVolume,
  BC: blackVolume,
  OC: organicVolume,
  DU: dustVolume,
};

/**
 * What the rate coefficients of M7 depend on, and nothing else: the air, the mean volume of the particles of each mode,
 * about how much they grow by water, and their composition; [batch, 23]. Modes that are not there are taken for typical
 * ones, as their coefficients do not matter.
 *
 * @param inputs - float64 [batch, 32]
 */
export function sizes(inputs: Tensor): Tensor {
  const input = (name: InputName): Tensor => columns(inputs, inputIndex(name), inputIndex(name) + 1);
  const state = relu(before(inputs));
  const number = relu(columns(inputs, inputCount - modeCount, inputCount));
  const volume = dryVolumes(state, sulfateVolume, modeCount);
  const here = isThere(number, volume);
  const some = where(here, volume, 1);
  const size = where(here, log(div(some, maximum(number, leastNumber))), row(typical));

  const soluble = (x: Tensor): Tensor => columns(x, 0, solubleCount);
  const kappa = where(soluble(here), div(hygroscopicVolumes(state), soluble(some)), 0);
  const activity = clip(input('relativeHumidity'), 0, 0.99);
  const growth = log(growthStart(kappa, dryRadii(soluble(size)), input('temperature'), activity));

  const share = matrix(
    inputCount,
    shareNames.length,
    shareNames.map((name, k) => [inputIndex(name), k, perUnit[name.split('_')[0]!]!] as const),
  );
  const modeOfShare = matrix(
    modeCount,
    shareNames.length,
    shareNames.map((name, k) => [modes.findIndex((mode) => name.endsWith(mode)), k, 1] as const),
  );
  const whole = matmul(some, modeOfShare);
  const shares = clip(div(matmul(relu(inputs), share), whole), 0, 1);
  return concat(
    [
      input('temperature'),
      log(maximum(input('pressure'), 1)),
      input('relativeHumidity'),
      size,
      growth,
      shares,
    ],
    1,
  );
}
