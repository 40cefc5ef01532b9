import { InvalidArgumentError } from '@pct/core';
import {
  compile,
  flattenParameters,
  gaussNewtonVectorProduct,
  mapTree,
  objective,
  shapesOf,
} from '@pct/tensor';
import type {
  Compiled,
  NdArray,
  ObjectiveOptions,
  Tensor,
  TensorObjective,
  TensorsOf,
  TreeOf,
} from '@pct/tensor';
import { checkVector } from '../objective/check.js';
import type { DescribedObjective } from '../objective/source.js';
import { lossProgram, type LossChoice, type LossName } from './losses.js';

const NAME = 'gaussNewtonVectorProduct';

/** A network and its loss as two array programs, so that the Gauss-Newton matrix can be told from the Hessian. */
export interface NetworkLoss<P, X extends readonly unknown[], Y extends readonly unknown[]> {
  /** Outputs of the network from parameters and inputs. */
  readonly model: (parameters: TreeOf<P, Tensor>, ...inputs: TensorsOf<X>) => Tensor;
  /**
   * One number from the outputs and the targets, or the name of a common loss of one array of targets, as of
   * {@link LossChoice}; convex in the outputs if the matrix shall be semidefinite.
   */
  readonly loss: LossName | ((outputs: Tensor, ...targets: TensorsOf<Y>) => Tensor);
  /** Tree of floating point arrays. */
  readonly parameters: P;
  /** Further arguments of the model: arrays, copied. */
  readonly inputs: X;
  /** Further arguments of the loss: arrays, copied. */
  readonly targets: Y;
}

/** Options of {@link networkObjective}: engine, precision, threads, and what the objective says about itself. */
export interface NetworkObjectiveOptions
  extends ObjectiveOptions, Pick<DescribedObjective, 'label' | 'outputAxis'> {}

/** A {@link TensorObjective} with products of the Gauss-Newton matrix. */
export interface NetworkObjective<P>
  extends TensorObjective<P>, Pick<DescribedObjective, 'label' | 'outputAxis'> {
  gaussNewtonVectorProduct(parameters: Float64Array, vector: Float64Array): Promise<Float64Array>;
}

/**
 * The loss of a network on fixed data as a function of one flat vector of parameters: with exact gradient, products
 * of the Hessian, and products of the Gauss-Newton matrix.
 *
 * @param network - {@link NetworkLoss}
 * @param options - {@link NetworkObjectiveOptions}
 * @throws what `objective` of `@pct/tensor` throws
 * @example
 * ```ts
 * const fit = networkObjective(
 *   { model: mlp, loss: 'crossEntropy', parameters, inputs: [images], targets: [labels] },
 *   { precision: 'float64', label: 'spirals' },
 * );
 * const gaussNewton = await gaussNewtonOperator(fit, fit.initial());
 * ```
 */
export function networkObjective<P, const X extends readonly unknown[], const Y extends readonly unknown[]>(
  network: NetworkLoss<P, X, Y>,
  options: NetworkObjectiveOptions = {},
): NetworkObjective<P> {
  const { parameters, inputs, targets } = network;
  // The types of the trees are checked at this boundary; inside, the data are one flat list.
  const model = network.model as (parameters: unknown, ...inputs: unknown[]) => Tensor;
  const loss = lossProgram('networkObjective', network.loss as LossChoice) as (
    outputs: Tensor,
    ...targets: unknown[]
  ) => Tensor;
  const { label, outputAxis, ...engine } = options;
  const data = mapTree([...inputs, ...targets] as unknown, (leaf: NdArray) => ({
    data: leaf.data.slice(),
    shape: [...leaf.shape],
  })) as unknown[];
  const whole = (parameters: unknown, ...all: unknown[]): Tensor =>
    loss(model(parameters, ...all.slice(0, inputs.length)), ...all.slice(inputs.length));
  const product = (vector: unknown, parameters: unknown, ...all: unknown[]): unknown =>
    gaussNewtonVectorProduct(
      (at: unknown) => model(at, ...all.slice(0, inputs.length)),
      (outputs: Tensor) => loss(outputs, ...all.slice(inputs.length)),
    )(vector, parameters);

  const base = objective<P, readonly unknown[]>(whole, parameters, data, engine);
  type Program = Compiled<readonly unknown[], unknown>;
  let program: Promise<Program> | undefined;
  let disposed = false;
  const compiled = (): Promise<Program> => {
    if (disposed) throw new InvalidArgumentError(`${NAME}: the objective has been disposed; make a new one`);
    if (program === undefined) {
      const specs: readonly unknown[] = [parameters, parameters, ...data].map(shapesOf);
      program = compile<readonly unknown[], unknown>(product, specs, engine);
      // The next evaluation tries again.
      program.catch(() => (program = undefined));
    }
    return program;
  };
  const dispose = async (): Promise<void> => {
    disposed = true;
    const last = await program?.catch(() => undefined);
    await last?.dispose();
    await base.dispose();
  };
  return {
    ...base,
    label,
    outputAxis,
    async gaussNewtonVectorProduct(at, vector) {
      const { run } = await compiled();
      const trees = [base.unflatten(checkVector(NAME, 'vector', vector, base.size)), base.unflatten(at)];
      return flattenParameters(await run(...trees, ...data));
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
