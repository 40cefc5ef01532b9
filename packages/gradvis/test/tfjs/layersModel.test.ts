import { interpreter } from '@pct/tensor';
import { layersModelObjective } from '@viz/gradvis/tfjs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

const exact = { runtime: interpreter(), precision: 'float64' } as const;
const inputs = { data: Float32Array.from({ length: 12 }, (_, k) => Math.sin(k)), shape: [4, 3] };
const targets = { data: Int32Array.of(0, 1, 1, 0), shape: [4] };

function model(last: 'softmax' | 'linear'): tf.Sequential {
  const net = tf.sequential();
  const fixed = (seed: number) => tf.initializers.glorotNormal({ seed });
  net.add(tf.layers.dense({ units: 5, activation: 'tanh', inputShape: [3], kernelInitializer: fixed(1) }));
  net.add(tf.layers.batchNormalization());
  net.add(tf.layers.dense({ units: 2, activation: last, kernelInitializer: fixed(2) }));
  return net;
}

describe('layersModelObjective', () => {
  it('is the loss that the model has, with right second derivatives', async () => {
    const net = model('softmax');
    const fit = layersModelObjective(net, { inputs, targets }, { loss: 'negativeLogLikelihood', ...exact });
    const start = fit.initial();
    const probabilities = (
      net.predict(tf.tensor2d(inputs.data, [4, 3])) as tf.Tensor
    ).arraySync() as number[][];
    const expected = probabilities.reduce((sum, row, k) => sum - Math.log(row[targets.data[k]!]!), 0) / 4;
    expect(await fit.loss(start)).toBeCloseTo(expected, 6);
    expect(fit.blocks.map(({ kind }) => kind).sort()).toEqual([
      'bias',
      'bias',
      'kernel',
      'kernel',
      'norm',
      'norm',
    ]);

    const direction = start.map((_, k) => Math.cos(3 * k));
    const along = (by: number): Float64Array => start.map((value, k) => value + by * direction[k]!);
    const product = await fit.hessianVectorProduct(start, direction);
    const [up, down] = [await fit.gradient(along(1e-5)), await fit.gradient(along(-1e-5))];
    product.forEach((value, k) => expect(value).toBeCloseTo((up[k]! - down[k]!) / 2e-5, 6));
    net.dispose();
  });

  it('gives the same from logits, and refuses them of a softmax', async () => {
    const [soft, linear] = [model('softmax'), model('linear')];
    linear.setWeights(soft.getWeights());
    const data = { inputs, targets };
    const a = layersModelObjective(soft, data, { loss: 'negativeLogLikelihood', ...exact });
    const b = layersModelObjective(linear, data, { loss: 'crossEntropy', ...exact });
    expect(await b.loss(b.initial())).toBeCloseTo(await a.loss(a.initial()), 12);
    expect(() => layersModelObjective(soft, data, { loss: 'crossEntropy' })).toThrow(/ends with a softmax/);
    expect(() => layersModelObjective({} as tf.LayersModel, data, { loss: 'crossEntropy' })).toThrow(
      /LayersModel/,
    );
  });
});
