import { checkOneOf, type ParameterBlock } from '@pct/core';
import { checkVector } from '../objective/check.js';
import type { OutputAxis } from '../objective/source.js';
import { checkBlocks, filterLayout, sizeOf, tensorOutputAxis } from './filters.js';

const NAME = 'normalizeDirection';

const normalizations = ['filter', 'layer', 'weight', 'model', 'none'] as const;

/**
 * How the elements of a direction d are made comparable with the parameters θ:
 *
 * - `filter`: every filter (the weights that lead into one output unit) gets the length of the same filter of θ;
 * - `layer`: every array gets the length of the same array of θ;
 * - `weight`: dₖ ← dₖ θₖ;
 * - `model`: the whole vector gets the length of θ;
 * - `none`: nothing is done.
 */
export type Normalization = (typeof normalizations)[number];

const smallArrayRules = ['zero', 'copy', 'scale'] as const;

/**
 * What becomes of biases, of the scales and offsets of normalisations, and of other arrays of one axis at most: `zero`
 * them (the published figures do), `copy` those of θ, or `scale` each to the length of θ's.
 */
export type SmallArrayRule = (typeof smallArrayRules)[number];

/** Options of {@link normalizeDirection}. */
export interface NormalizeOptions {
  /** @defaultValue `'filter'` */
  readonly normalization?: Normalization | undefined;
  /** With `filter`, `layer` and `weight`. @defaultValue `'zero'` */
  readonly smallArrays?: SmallArrayRule | undefined;
  /**
   * Tells the axis of a weight array that counts output units, for `filter`.
   * @defaultValue what the objective says, as those of `onnxObjective` and `layersModelObjective` do; of others as
   *   `@pct/tensor` stores them: the last of two axes, [in, out] of a dense layer; the first of more,
   *   [out, in, height, width] of a convolution. For weights of PyTorch give `() => 0`.
   */
  readonly outputAxis?: OutputAxis | undefined;
}

/**
 * Scales a direction to the parameters, so that landscapes of networks whose weights have other scales compare.
 *
 * Filters or arrays of which the parameters or the direction are zero become zero. Under the rescaling of whole layers
 * of a network of ReLUs, filter-normalised surfaces stay the same; under that of single units they do not, since filters
 * of the next layer mix units.
 *
 * @param direction - d, [size]
 * @param parameters - θ, [size]
 * @param blocks - arrays of the vector, as `Objective.blocks`; not needed for `model` and `none`
 * @param options - {@link NormalizeOptions}
 * @returns a new vector, [size]
 * @throws {@link ShapeError} for vectors of different lengths · {@link InvalidArgumentError} if a number is not finite, an
 *   option is unknown, or blocks are missing or do not make up the vector
 * @see Li et al. 2018, arXiv:1712.09913, section 4
 */
export function normalizeDirection(
  direction: Float64Array,
  parameters: Float64Array,
  blocks: readonly ParameterBlock[] | undefined,
  options: NormalizeOptions = {},
): Float64Array {
  const { normalization = 'filter', smallArrays = 'zero', outputAxis = tensorOutputAxis } = options;
  checkVector(NAME, 'parameters', parameters);
  checkVector(NAME, 'direction', direction, parameters.length);
  checkOneOf(NAME, 'normalization', normalization, normalizations);
  checkOneOf(NAME, 'smallArrays', smallArrays, smallArrayRules);
  const result = direction.slice();
  if (normalization === 'none') return result;
  if (normalization === 'model') {
    scaleStrided(result, parameters, whole(0, result.length));
    return result;
  }
  for (const block of checkBlocks(NAME, blocks, parameters.length)) {
    const [start, end] = [block.offset, block.offset + sizeOf(block)];
    if (isSmall(block)) setSmall(result, parameters, start, end, smallArrays);
    else if (normalization === 'weight') for (let k = start; k < end; k++) result[k]! *= parameters[k]!;
    else if (normalization === 'layer') scaleStrided(result, parameters, whole(start, end));
    else {
      const { outputs, stride } = filterLayout(NAME, block, outputAxis);
      for (let output = 0; output < outputs; output++)
        scaleStrided(result, parameters, { start: start + output * stride, end, stride, period: outputs });
    }
  }
  return result;
}

/** What the rule for small arrays is for. */
function isSmall({ kind, shape }: ParameterBlock): boolean {
  return kind !== 'kernel' || shape.length <= 1;
}

function setSmall(
  result: Float64Array,
  parameters: Float64Array,
  start: number,
  end: number,
  rule: SmallArrayRule,
): void {
  if (rule === 'zero') result.fill(0, start, end);
  else if (rule === 'copy') result.set(parameters.subarray(start, end), start);
  else scaleStrided(result, parameters, whole(start, end));
}

/** Runs of `stride` elements, the first at `start`, one every `stride` × `period` elements, before `end`. */
interface Runs {
  readonly start: number;
  readonly end: number;
  readonly stride: number;
  readonly period: number;
}

/** All elements from start to before end, as one run. */
function whole(start: number, end: number): Runs {
  return { start, end, stride: end - start, period: 1 };
}

/** Gives some elements of a direction the length of the same elements of the parameters. */
function scaleStrided(result: Float64Array, parameters: Float64Array, runs: Runs): void {
  const own = lengthOf(result, runs);
  const factor = own === 0 ? 0 : lengthOf(parameters, runs) / own;
  const { start, end, stride, period } = runs;
  for (let run = start; run < end; run += stride * period)
    for (let k = run; k < run + stride && k < end; k++) result[k]! *= factor;
}

function lengthOf(vector: Float64Array, { start, end, stride, period }: Runs): number {
  let sum = 0;
  for (let run = start; run < end; run += stride * period)
    for (let k = run; k < run + stride && k < end; k++) sum += vector[k]! ** 2;
  return Math.sqrt(sum);
}
