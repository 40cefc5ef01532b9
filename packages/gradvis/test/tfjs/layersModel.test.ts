import { interpreter } from '@pct/tensor';
import { randomDirections } from '@viz/gradvis';
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

  it('tells how kernels are stored, so that directions are normalised by output channels', () => {
    const net = tf.sequential();
    net.add(tf.layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 4, 2] }));
    net.add(tf.layers.depthwiseConv2d({ kernelSize: 2 }));
    net.add(tf.layers.flatten());
    net.add(tf.layers.dense({ units: 2 }));
    const images = { data: new Float32Array(64), shape: [2, 4, 4, 2] };
    const labels = { data: Int32Array.of(0, 1), shape: [2] };
    const fit = layersModelObjective(
      net,
      { inputs: images, targets: labels },
      { loss: 'crossEntropy', ...exact },
    );
    const start = fit.initial();
    const [one] = randomDirections(fit, start, 1);
    const kernels = fit.blocks.filter(({ kind }) => kind === 'kernel');
    expect(kernels.map(({ shape }) => shape).sort()).toEqual([
      [12, 2],
      [2, 2, 2, 3],
      [2, 2, 3, 1],
    ]);
    for (const { offset, shape } of kernels) {
      const depthwise = shape[3] === 1;
      const outputs = depthwise ? shape[2]! : shape.at(-1)!;
      const size = shape.reduce((product, n) => product * n, 1);
      for (let unit = 0; unit < outputs; unit++) {
        const length = (of: Float64Array): number =>
          Math.hypot(...of.slice(offset, offset + size).filter((_, k) => k % outputs === unit));
        expect(length(one!.direction)).toBeCloseTo(length(start), 12);
      }
    }
    net.dispose();
  });
});
