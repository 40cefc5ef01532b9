export { describeShape, describeType } from './graph/describe.js';
export { normalizeDim } from './graph/dim.js';
export type { Dim } from './graph/dim.js';
export { cleanGraph } from './graph/clean.js';
export type { Precision } from './graph/convertFloats.js';
export { printGraph } from './graph/print.js';
export type {
  Applied,
  Batched,
  Derivatives,
  Evaluation,
  Lowerings,
  OnnxAttribute,
  OnnxBuilder,
  OnnxLowering,
  Primitive,
} from './graph/primitive.js';
export type {
  Attribute,
  Attributes,
  DType,
  Graph,
  NdArray,
  Node,
  TensorType,
  TypedArray,
  Value,
} from './graph/types.js';

export { Tensor } from './trace/Tensor.js';
export { array } from './trace/array.js';
export type { NestedNumbers } from './trace/array.js';
export { bool, float32, float64, int32, shapesOf, TensorSpec } from './trace/spec.js';
export { trace } from './trace/trace.js';
export type { TensorsOf, Traced } from './trace/trace.js';
export { mapTree } from './trace/tree.js';
export type { LeafOf, Tree, TreeOf, TreeStructure } from './trace/tree.js';

export { compile } from './runtime/compile.js';
export type { ArraysOf, Compiled, CompileOptions } from './runtime/compile.js';
export { interpret } from './runtime/interpret.js';
export type { InterpretOptions } from './runtime/interpret.js';
export { interpreter } from './runtime/interpreter.js';
export type { PreparedProgram, PrepareOptions, Runtime } from './runtime/types.js';

export { grad, valueAndGrad } from './transforms/grad.js';
export type { ArgumentChoice, GradientOf, GradOptions } from './transforms/grad.js';
export { gaussNewtonVectorProduct, hessianVectorProduct } from './transforms/hessian.js';
export { hessian, jacobianForward, jacobianReverse } from './transforms/jacobian.js';
export type { JacobianOf } from './transforms/jacobian.js';
export { jvp } from './transforms/jvp.js';
export { perExampleGradients } from './transforms/perExample.js';
export type { PerExampleOptions } from './transforms/perExample.js';
export { rematerialize, rematerializeChain } from './transforms/rematerialize.js';
export { vmap } from './transforms/vmap.js';
export type { ExampleAxes, VmapOptions } from './transforms/vmap.js';
export { vjp } from './transforms/vjp.js';

export { abs } from './primitives/abs.js';
export { add } from './primitives/add.js';
export { argmax, argmin } from './primitives/argmax.js';
export { broadcastTo } from './primitives/broadcastTo.js';
export { cast } from './primitives/cast.js';
export { concat } from './primitives/concat.js';
export { constant } from './primitives/constant.js';
export type { TensorLike } from './primitives/constant.js';
export { conv2d } from './primitives/conv2d.js';
export type { ConvolutionOptions } from './primitives/factories/convolution.js';
export { cos } from './primitives/cos.js';
export { cumsum } from './primitives/cumsum.js';
export type { CumsumOptions } from './primitives/cumsum.js';
export { customOp } from './primitives/customOp.js';
export type { CustomOpRule } from './primitives/customOp.js';
export { dimension } from './primitives/dimension.js';
export { div } from './primitives/div.js';
export { equal } from './primitives/equal.js';
export { erf } from './primitives/erf.js';
export { exp } from './primitives/exp.js';
export { expm1 } from './primitives/expm1.js';
export { flip } from './primitives/flip.js';
export { floor } from './primitives/floor.js';
export { full, onesLike, zerosLike } from './primitives/full.js';
export { gather } from './primitives/gather.js';
export { greater } from './primitives/greater.js';
export { greaterEqual } from './primitives/greaterEqual.js';
export { iota } from './primitives/iota.js';
export { less } from './primitives/less.js';
export { lessEqual } from './primitives/lessEqual.js';
export { log } from './primitives/log.js';
export { log1p } from './primitives/log1p.js';
export { logicalAnd } from './primitives/logicalAnd.js';
export { logicalNot } from './primitives/logicalNot.js';
export { logicalOr } from './primitives/logicalOr.js';
export { matmul } from './primitives/matmul.js';
export { max } from './primitives/max.js';
export { maximum } from './primitives/maximum.js';
export { min } from './primitives/min.js';
export { minimum } from './primitives/minimum.js';
export { mul } from './primitives/mul.js';
export { neg } from './primitives/neg.js';
export { pad } from './primitives/pad.js';
export { pow } from './primitives/pow.js';
export { prod } from './primitives/prod.js';
export { putAlongAxis } from './primitives/putAlongAxis.js';
export type { ReductionOptions } from './primitives/factories/reduction.js';
export { primitives } from './primitives/registry.js';
export type { PrimitiveName } from './primitives/registry.js';
export { relu } from './primitives/relu.js';
export { reshape } from './primitives/reshape.js';
export { segmentMax } from './primitives/segmentMax.js';
export { segmentSum } from './primitives/segmentSum.js';
export { sigmoid } from './primitives/sigmoid.js';
export { sign } from './primitives/sign.js';
export { sin } from './primitives/sin.js';
export { slice } from './primitives/slice.js';
export type { SliceRange } from './primitives/slice.js';
export { softplus } from './primitives/softplus.js';
export { sqrt } from './primitives/sqrt.js';
export { stopGradient } from './primitives/stopGradient.js';
export { sub } from './primitives/sub.js';
export { sum } from './primitives/sum.js';
export { takeAlongAxis } from './primitives/takeAlongAxis.js';
export { tanh } from './primitives/tanh.js';
export { swapAxes, transpose } from './primitives/transpose.js';
export { where } from './primitives/where.js';

export { clip, elu, gelu, isNaN, leakyRelu, notEqual, rsqrt, silu, square, tan } from './ops/elementwise.js';
export { averagePool2d, maxPool2d } from './ops/pooling.js';
export type { PoolOptions } from './ops/pooling.js';
export { logSumExp, mean, variance } from './ops/reductions.js';
export { scatterAdd, segmentMean, segmentSoftmax } from './ops/segments.js';
export { expandDims, flatten, oneHot, repeat, split, squeeze, stack } from './ops/shapes.js';

export { logSoftmax, softmax } from './nn/activations.js';
export { attention } from './nn/attention.js';
export type { AttentionOptions } from './nn/attention.js';
export { dense, denseParameters, mlp, mlpParameters } from './nn/dense.js';
export type { DenseOptions, DenseParameters, MlpParameters } from './nn/dense.js';
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  zeros,
} from './nn/initialize.js';
export type { InitializeOptions, Initializer } from './nn/initialize.js';
export { binaryCrossEntropy, crossEntropy } from './nn/losses.js';
export {
  batchNormInference,
  batchNormState,
  batchNormTraining,
  layerNorm,
  normParameters,
} from './nn/normalization.js';
export type { BatchNormOptions, BatchNormState, NormParameters } from './nn/normalization.js';

export { flattenParameters, objective, parameterBlocks, unflattenParameters } from './objective.js';
export type { ObjectiveOptions, ParameterBlockOptions, TensorObjective } from './objective.js';

export { chooseRuntime, describeRuntime, RUNTIME_NAMES } from './runtimes/chooseRuntime.js';
export type {
  ChooseRuntimeOptions,
  PassedOver,
  RuntimeChoice,
  RuntimeName,
} from './runtimes/chooseRuntime.js';
export { onnxruntimeNode } from './runtimes/onnxruntimeNode.js';
export type {
  ExecutionProvider,
  OnnxruntimeNode,
  OnnxruntimeNodeOptions,
} from './runtimes/onnxruntimeNode.js';
export { onnxruntimeWeb } from './runtimes/onnxruntimeWeb.js';
export type {
  OnnxruntimeWeb,
  OnnxruntimeWebOptions,
  WebExecutionProvider,
} from './runtimes/onnxruntimeWeb.js';
export { decodeOnnxModel } from './onnx/decode.js';
export { encodeOnnxModel } from './onnx/encode.js';
export { graphToOnnx, toOnnx } from './onnx/toOnnx.js';
export type { LoweredGraph } from './onnx/toOnnx.js';
export type { OnnxModelInfo } from './onnx/builder.js';
export type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxType, OnnxValueInfo } from './onnx/model.js';

export { adam, adamw } from './optim/adam.js';
export type { AdamOptions } from './optim/adam.js';
export {
  clipByGlobalNorm,
  clipByGlobalNormInPlace,
  clipByValue,
  clipByValueInPlace,
  globalNorm,
} from './optim/clip.js';
export type { Optimizer, OptimizerOptions, OptimizerState } from './optim/optimizer.js';
export type { ParameterTree } from './optim/parameters.js';
export { rmsprop } from './optim/rmsprop.js';
export type { RmspropOptions } from './optim/rmsprop.js';
export {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  oneCycleSchedule,
  stepSchedule,
  warmUp,
} from './optim/schedules.js';
export type {
  CosineScheduleOptions,
  ExponentialScheduleOptions,
  OneCycleScheduleOptions,
  Schedule,
  StepScheduleOptions,
  WarmUpOptions,
} from './optim/schedules.js';
export { sgd } from './optim/sgd.js';
export type { SgdOptions } from './optim/sgd.js';

export { arraysToTree } from './io/names.js';
export type { ArrayTree } from './io/names.js';
export { decodeNpy, encodeNpy } from './io/npy.js';
export { decodeNpz, encodeNpz } from './io/npz.js';
export { decodeSafetensors, encodeSafetensors } from './io/safetensors.js';
export type { Safetensors } from './io/safetensors.js';

export { fit } from './fit/fit.js';
export { DivergedError } from './fit/DivergedError.js';
export type { DivergedDetails } from './fit/DivergedError.js';
export type {
  ArraysLike,
  BatchSource,
  CheckpointOptions,
  FitData,
  FitOptions,
  FitProgress,
  FitResult,
  FitStatus,
  GradientClipping,
  LossArguments,
  ValidationOptions,
  ValidationRecord,
} from './fit/types.js';

export { fromOnnx } from './fromOnnx/fromOnnx.js';
export type { FromOnnxOptions, OnnxProgram } from './fromOnnx/fromOnnx.js';
export type { OnnxParameters } from './fromOnnx/parameters.js';
