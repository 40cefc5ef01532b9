import { add, concat, log, matmul, mul, relu, sub, type Tensor } from '@pct/tensor';
import { inputCount, inputNames, pairInputs } from '../../data/columns.js';
import { avogadro, density, molarMass } from '../../m7/constants.js';
import { modes } from '../../m7/modes.js';
import type { PairRows } from '../pairs.js';
import { sizeNames, sizes } from './sizes.js';
import { asinh, columns, logMagnitude, matrix, row } from '../tensors.js';

/** How inputs become features, before they are standardised. */
export type InputTransformName = 'standard' | 'log' | 'asinh' | 'modes' | 'sizes';

/** Choices of {@link InputTransformName}, plain first. */
export const inputTransformNames: readonly InputTransformName[] = [
  'standard',
  'log',
  'asinh',
  'modes',
  'sizes',
];

/** What a transform needs from the training data. */
export interface InputScaling {
  /** [32] size of what is small, per column: below it `asinh` is linear, above it logarithmic */
  readonly small: Float64Array;
  /** [32] mean of the positive values, per column */
  readonly large: Float64Array;
}

/** Columns that are taken as they are by `asinh` and `modes`: temperature, fractions and the like. */
const plainColumns = 7;
/** Share of the median positive value that counts as small. */
const smallShare = 1e-3;

/** cm³ of dry matter per cm³ of air and unit of each column, by mode; [32, 7]. */
const volumeEntries = pairInputs.flatMap(({ name, index, kind }) => {
  if (kind !== 'mass') return [];
  const mode = modes.findIndex((one) => name.endsWith(`_${one}`));
  return [[index, mode, volumeOf(name)] as const];
});

function volumeOf(name: string): number {
  if (name.startsWith('SO4')) return molarMass.sulfuricAcid / avogadro.ham2 / density.sulfuricAcid;
  if (name.startsWith('BC')) return 1e-12 / density.blackCarbon;
  return 1e-12 / (name.startsWith('OC') ? density.organicCarbon : density.dust);
}

/** How many features a transform gives. */
export function featureCount(name: InputTransformName): number {
  return featureNames(name).length;
}

/** Names of the features, for messages and reports. */
export function featureNames(name: InputTransformName): readonly string[] {
  if (name === 'sizes') return sizeNames;
  if (name !== 'modes') return inputNames;
  const sizes = ['volume', 'size'].flatMap((what) => modes.map((mode) => `${what}_${mode}`));
  return [...inputNames, ...sizes, ...inputNames.slice(plainColumns).map((input) => `large_${input}`)];
}

/** Statistics of inputs, which are already checked. */
export function inputScaling(inputs: PairRows['inputs']): InputScaling {
  const rows = inputs.length / inputCount;
  // A sample is enough for a median.
  const every = Math.max(1, Math.floor(rows / 20_000));
  const small = new Float64Array(inputCount);
  const large = new Float64Array(inputCount);
  for (let column = 0; column < inputCount; column++) {
    const positive: number[] = [];
    for (let at = 0; at < rows; at += every) {
      const value = inputs[at * inputCount + column]!;
      if (value > 0) positive.push(value);
    }
    positive.sort((a, b) => a - b);
    small[column] = (positive[positive.length >> 1] ?? 1) * smallShare;
    large[column] =
      positive.length > 0 ? positive.reduce((sum, value) => sum + value, 0) / positive.length : 1;
  }
  return { small, large };
}

/**
 * Features of inputs, not yet standardised: the inputs themselves (`'standard'`); ln(|x| + 10⁻⁸) (`'log'`, the paper's);
 * arsinh of amounts relative to what is small of them, and other inputs themselves (`'asinh'`); or these with the
 * logarithms of the volume of each mode and of the mean volume of its particles, and arsinh of amounts relative to their
 * means, which tells the largest apart (`'modes'`); or what rate coefficients depend on and nothing else (`'sizes'`).
 *
 * @param inputs - float64 [batch, 32]
 * @returns float64 [batch, featureCount]
 */
export function features(name: InputTransformName, inputs: Tensor, { small, large }: InputScaling): Tensor {
  if (name === 'standard') return inputs;
  if (name === 'log') return logMagnitude(inputs);
  if (name === 'sizes') return sizes(inputs);
  const amounts = columns(inputs, plainColumns, inputCount);
  const relative = (scale: Float64Array): Tensor =>
    asinh(mul(amounts, row(scale.subarray(plainColumns).map((one) => 1 / one))));
  const base = concat([columns(inputs, 0, plainColumns), relative(small)], 1);
  if (name === 'asinh') return base;
  const volumes = relu(matmul(inputs, matrix(inputCount, modes.length, volumeEntries)));
  const numbers = relu(columns(inputs, inputCount - modes.length, inputCount));
  // 10⁻²⁶ cm³ is a hundredth of a molecule in a cm³; 10⁻⁴ particles are where M7 sees none.
  const logs = log(add(volumes, 1e-26));
  return concat([base, logs, sub(logs, log(add(numbers, 1e-4))), relative(large)], 1);
}
