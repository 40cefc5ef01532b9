import type { Primitive } from '../graph/primitive.js';
import { absPrimitive } from './abs.js';
import { addPrimitive } from './add.js';
import { afterPrimitive } from './after.js';
import { argmaxPrimitive } from './argmax.js';
import { broadcastToPrimitive } from './broadcastTo.js';
import { castPrimitive } from './cast.js';
import { concatPrimitive } from './concat.js';
import { constantPrimitive } from './constant.js';
import { conv2dPrimitive } from './conv2d.js';
import { conv2dImageGradientPrimitive } from './conv2dImageGradient.js';
import { conv2dKernelGradientPrimitive } from './conv2dKernelGradient.js';
import { cosPrimitive } from './cos.js';
import { cumsumPrimitive } from './cumsum.js';
import { dimensionPrimitive } from './dimension.js';
import { divPrimitive } from './div.js';
import { equalPrimitive } from './equal.js';
import { erfPrimitive } from './erf.js';
import { expPrimitive } from './exp.js';
import { expm1Primitive } from './expm1.js';
import { flipPrimitive } from './flip.js';
import { floorPrimitive } from './floor.js';
import { gatherPrimitive } from './gather.js';
import { greaterPrimitive } from './greater.js';
import { greaterEqualPrimitive } from './greaterEqual.js';
import { identityPrimitive } from './identity.js';
import { iotaPrimitive } from './iota.js';
import { lessPrimitive } from './less.js';
import { lessEqualPrimitive } from './lessEqual.js';
import { logPrimitive } from './log.js';
import { log1pPrimitive } from './log1p.js';
import { logicalAndPrimitive } from './logicalAnd.js';
import { logicalNotPrimitive } from './logicalNot.js';
import { logicalOrPrimitive } from './logicalOr.js';
import { matmulPrimitive } from './matmul.js';
import { maxPrimitive } from './max.js';
import { maximumPrimitive } from './maximum.js';
import { minPrimitive } from './min.js';
import { minimumPrimitive } from './minimum.js';
import { mulPrimitive } from './mul.js';
import { negPrimitive } from './neg.js';
import { padPrimitive } from './pad.js';
import { powPrimitive } from './pow.js';
import { prodPrimitive } from './prod.js';
import { putAlongAxisPrimitive } from './putAlongAxis.js';
import { reluPrimitive } from './relu.js';
import { reshapePrimitive } from './reshape.js';
import { segmentMaxPrimitive } from './segmentMax.js';
import { segmentSumPrimitive } from './segmentSum.js';
import { sigmoidPrimitive } from './sigmoid.js';
import { signPrimitive } from './sign.js';
import { sinPrimitive } from './sin.js';
import { slicePrimitive } from './slice.js';
import { softplusPrimitive } from './softplus.js';
import { sqrtPrimitive } from './sqrt.js';
import { stopGradientPrimitive } from './stopGradient.js';
import { subPrimitive } from './sub.js';
import { sumPrimitive } from './sum.js';
import { takeAlongAxisPrimitive } from './takeAlongAxis.js';
import { tanhPrimitive } from './tanh.js';
import { transposePrimitive } from './transpose.js';
import { wherePrimitive } from './where.js';

/** All primitives of the language by name; what a custom operation makes is not among them. */
export const primitives = {
  abs: absPrimitive,
  add: addPrimitive,
  after: afterPrimitive,
  argmax: argmaxPrimitive,
  broadcastTo: broadcastToPrimitive,
  cast: castPrimitive,
  concat: concatPrimitive,
  constant: constantPrimitive,
  conv2d: conv2dPrimitive,
  conv2dImageGradient: conv2dImageGradientPrimitive,
  conv2dKernelGradient: conv2dKernelGradientPrimitive,
  cos: cosPrimitive,
  cumsum: cumsumPrimitive,
  dimension: dimensionPrimitive,
  div: divPrimitive,
  equal: equalPrimitive,
  erf: erfPrimitive,
  exp: expPrimitive,
  expm1: expm1Primitive,
  flip: flipPrimitive,
  floor: floorPrimitive,
  gather: gatherPrimitive,
  greater: greaterPrimitive,
  greaterEqual: greaterEqualPrimitive,
  identity: identityPrimitive,
  iota: iotaPrimitive,
  less: lessPrimitive,
  lessEqual: lessEqualPrimitive,
  log: logPrimitive,
  log1p: log1pPrimitive,
  logicalAnd: logicalAndPrimitive,
  logicalNot: logicalNotPrimitive,
  logicalOr: logicalOrPrimitive,
  matmul: matmulPrimitive,
  max: maxPrimitive,
  maximum: maximumPrimitive,
  min: minPrimitive,
  minimum: minimumPrimitive,
  mul: mulPrimitive,
  neg: negPrimitive,
  pad: padPrimitive,
  pow: powPrimitive,
  prod: prodPrimitive,
  putAlongAxis: putAlongAxisPrimitive,
  relu: reluPrimitive,
  reshape: reshapePrimitive,
  segmentMax: segmentMaxPrimitive,
  segmentSum: segmentSumPrimitive,
  sigmoid: sigmoidPrimitive,
  sign: signPrimitive,
  sin: sinPrimitive,
  slice: slicePrimitive,
  softplus: softplusPrimitive,
  sqrt: sqrtPrimitive,
  stopGradient: stopGradientPrimitive,
  sub: subPrimitive,
  sum: sumPrimitive,
  takeAlongAxis: takeAlongAxisPrimitive,
  tanh: tanhPrimitive,
  transpose: transposePrimitive,
  where: wherePrimitive,
} as const satisfies Readonly<Record<string, Primitive>>;

/** Name of a primitive. */
export type PrimitiveName = keyof typeof primitives;
