import {
  assignmentLayer,
  blackbox,
  sinkhorn,
  type Estimator,
  type TracedEstimator,
} from '@pct/assignment/layers';
import { createRng } from '@pct/core';
import {
  add,
  adam,
  array,
  bool,
  compile,
  float32,
  float64,
  interpreter,
  matmul,
  mean,
  mlp,
  mlpParameters,
  mul,
  onnxruntimeNode,
  reshape,
  shapesOf,
  square,
  sub,
  sum,
  valueAndGrad,
  type MlpParameters,
  type NdArray,
  type Runtime,
  type Tensor,
} from '@pct/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimators } from './estimators.js';
import { expectNear, randomArray } from './support.js';

let runtimes: Runtime[];
beforeAll(async () => {
  runtimes = [interpreter(), await onnxruntimeNode({ threads: 1 })];
});

describe.each(Object.entries(estimators))('%s on each runtime', (_, make) => {
  it.each(['float64', 'float32'] as const)(
    'gives the same, in %s, with named sizes and a mask',
    async (dtype) => {
      // Costs of whole numbers of 1/64 are the same in float32.
      const round = ({ data, shape }: NdArray): NdArray => {
        const values = Float64Array.from(data, (x) => Math.round(x * 64) / 64);
        return { data: dtype === 'float64' ? values : Float32Array.from(values), shape };
      };
      const cost = round(randomArray(11, [2, 4, 4]));
      const g = round(randomArray(12, [2, 4, 4], -1, 1));
      const mask = array(
        [
          [1, 1, 0, 1],
          [1, 1, 1, 1],
          [0, 1, 1, 1],
          [1, 1, 1, 0],
        ],
        'bool',
      );
      const spec = dtype === 'float64' ? float64('b', 'n', 'n') : float32('b', 'n', 'n');
      const results: number[][] = [];
      for (const runtime of runtimes) {
        const estimator = make();
        const loss = (c: Tensor, w: Tensor, allowed: Tensor): Tensor =>
          sum(mul(assignmentLayer(add(c, c), { estimator, mask: allowed }), w));
        await using program = await compile(valueAndGrad(loss), [spec, spec, bool('n', 'n')], { runtime });
        const [value, gradient] = await program.run(cost, g, mask);
        results.push([value.data[0]!, ...gradient.data]);
      }
      expect(results[0]!.some((x) => x !== 0)).toBe(true);
      expectNear(results[1]!, results[0]!, dtype === 'float64' ? 1e-9 : 1e-4);
    },
  );
});

/** Parameters of a network, as optimisers take them. */
type Params = { readonly layers: readonly { readonly weight: NdArray; readonly bias: NdArray }[] };

describe('a network in front of the layer', () => {
  // A network prices pairs by four features; the best assignments for hidden prices are to be found.
  const features = randomArray(1, [8 * 4 * 4, 4], -1, 1);
  const hidden = randomArray(7, [4, 1], -1, 1);
  const layerOf = (params: MlpParameters, x: Tensor, estimator?: Estimator | TracedEstimator): Tensor =>
    assignmentLayer(reshape(mlp(params, x), [8, 4, 4]), { estimator });

  it.each<[string, () => Estimator | TracedEstimator]>([
    ['blackbox', () => blackbox({ lambda: 200 })],
    ['sinkhorn', () => sinkhorn({ temperature: 0.3 })],
    ['sinkhorn, unrolled', () => sinkhorn({ temperature: 0.3, gradient: 'unrolled', iterations: 10 })],
  ])('learns through %s', async (_, make) => {
    const final: number[] = [];
    for (const runtime of runtimes) {
      await using target = await compile(
        (x: Tensor, w: Tensor) => assignmentLayer(reshape(matmul(x, w), [8, 4, 4])),
        [shapesOf(features), shapesOf(hidden)],
        { runtime },
      );
      const truth = await target.run(features, hidden);
      const initial = mlpParameters([4, 8, 1], createRng(5), { dtype: 'float64' });
      let params: Params = { layers: initial.layers.map(({ weight, bias }) => ({ weight, bias })) };
      const estimator = make();
      await using step = await compile(
        valueAndGrad((p: MlpParameters, x: Tensor, y: Tensor) =>
          mean(square(sub(layerOf(p, x, estimator), y))),
        ),
        [shapesOf(params), shapesOf(features), shapesOf(truth)],
        { runtime },
      );
      const optimizer = adam({ learningRate: 0.03 });
      let state = optimizer.init(params);
      const losses: number[] = [];
      for (let k = 0; k < 40; k++) {
        const [loss, gradient] = await step.run(params, features, truth);
        losses.push(loss.data[0]!);
        [params, state] = optimizer.update(gradient, state, params);
      }
      expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
      final.push(losses.at(-1)!);
    }
    expect(final[1]).toBeCloseTo(final[0]!, 5);
  });
});
