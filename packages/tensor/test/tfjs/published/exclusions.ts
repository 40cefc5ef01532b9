/** A published expectation that this package does not share; the case must fail. */
export interface Disagreed {
  readonly file: string;
  readonly cases: readonly string[];
  readonly reason: string;
}

const TIES =
  'at ties tfjs gives the whole derivative to every element, which is no subgradient; ours gives equal parts';
const HALVES =
  'where two elements are equal tfjs gives the whole derivative to the first, ours one half to each';
const STRICT = 'tfjs refuses what ours computes';
const NOT_A_NUMBER = 'tfjs ignores NaN, ours passes it on';
const OUTSIDE = 'tfjs ignores indices that are out of range, to ours they are an error';

function ties(name: 'max' | 'min'): Disagreed {
  const cases = [
    '1D, ties',
    'ties, 2D, axes=-1, keepDims=false',
    'ties, 3D, axes=[1, 2], keepDims=false',
    'ties, 4D, axes=[1, 2, 3], keepDims=false',
    'ties, 4D, axes=[2, 3], keepDims=true',
  ].map((words) => `${name} > ${name} gradient: ${words}`);
  return { file: `${name}_test.js`, cases, reason: TIES };
}

/** Every case in which ours and the published expectation differ, with the reason. */
export const DISAGREED: readonly Disagreed[] = [
  ties('max'),
  ties('min'),
  {
    file: 'avg_pool_test.js',
    cases: ['avgPool > gradient x=[3,3,1] f=[3,3] s=1 p=explicit'],
    reason:
      'the derivative of tfjs divides by all pixels of a window, its value by those inside of the image; the derivative of a mean has to keep the sum, 30, which the expected one (12) does not',
  },
  {
    file: 'binary_ops_test.js',
    cases: ['maximum', 'minimum'].flatMap((name) => [
      `${name} > gradients: Tensor1D`,
      `${name} > gradients: Tensor2D`,
    ]),
    reason: HALVES,
  },
  {
    file: 'arithmetic_test.js',
    cases: ['mul > gradient: Tensor1D with dtype int32'],
    reason: 'integers have no derivative in ours',
  },
  {
    file: 'arithmetic_test.js',
    cases: ['pow > gradients: Tensor ^ Tensor', 'pow > gradient wrt exponent with negative base'],
    reason: 'the derivative by the exponent of a negative base is not a real number; tfjs says 0, ours NaN',
  },
  {
    file: 'conv2d_transpose_test.js',
    cases: ['conv2dTranspose > input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4'],
    reason: 'no convolution of images of the wanted size gives results of the given size; tfjs does not look',
  },
  {
    file: 'depthwise_conv2d_test.js',
    cases: ['depthwiseConv2d gradients > throws error on dilations > 1'],
    reason: STRICT,
  },
  { file: 'log_softmax_test.js', cases: ['logSoftmax > 2D, axis=0 throws error'], reason: STRICT },
  { file: 'softmax_test.js', cases: ['softmax > 2D, dim=0 throws error'], reason: STRICT },
  { file: 'one_hot_test.js', cases: ['oneHot > Depth 1 throws error'], reason: STRICT },
  {
    file: 'mat_mul_test.js',
    cases: [
      'matmul > matmul throws when passed a vector',
      'matmul > matrix times vector throws when not passed a matrix',
    ],
    reason: STRICT,
  },
  {
    file: 'slice2d_test.js',
    cases: ['slice2d > throws when requesting out of bounds slice'],
    reason: STRICT,
  },
  {
    file: 'max_pool_test.js',
    cases: ['maxPool > [x=[3,3,1] f=[2,2] s=1 ignores NaNs'],
    reason: NOT_A_NUMBER,
  },
  {
    file: 'sign_test.js',
    cases: ['basic', 'does not propagate NaNs', 'accepts a tensor-like object'].map(
      (name) => `sign > ${name}`,
    ),
    reason: NOT_A_NUMBER,
  },
  {
    file: 'unsorted_segment_sum_test.js',
    cases: ['ignores negative segmentIds', 'gradient ignores negative segmentIds'].map(
      (name) => `unsortedSegmentSum > ${name}`,
    ),
    reason: OUTSIDE,
  },
  {
    file: 'tan_test.js',
    cases: ['tan > numbers exceed float32 precision'],
    reason: 'the last binary digit of 30144.18 in float32: ours is sin(x) / cos(x)',
  },
];

/** Why ours differs in a case; undefined if it does not. */
export function disagreement(file: string, name: string): string | undefined {
  return DISAGREED.find((entry) => entry.file === file && entry.cases.includes(name))?.reason;
}
