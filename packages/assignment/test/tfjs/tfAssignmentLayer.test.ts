import { blackbox, perturbed, sinkhorn } from '@pct/assignment/layers';
import { tfAssignmentLayer } from '@pct/assignment/tfjs';
import { InvalidArgumentError } from '@pct/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimators } from '../layers/estimators.js';
import { expectNear, f64, gradientOf, outputOf, randomArray } from '../layers/support.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Whole numbers of 1/64, which float32 has too. */
const rounded = (seed: number, low: number) => {
  const { data, shape } = randomArray(seed, [2, 4, 4], low, 1);
  return { data: Float64Array.from(data, (x) => Math.round(x * 64) / 64), shape };
};
const cost = rounded(1, 0);
const g = rounded(2, -1);
const tensorOf = ({ data, shape }: typeof cost) => tf.tensor(Float32Array.from(data), [...shape]);

describe('tfAssignmentLayer', () => {
  it.each(Object.entries(estimators))(
    'gives output and gradients of assignmentLayer, and leaks no tensor: %s',
    (_, make) => {
      const layer = tfAssignmentLayer(tf, { estimator: make() });
      const run = () => {
        const [c, w] = [tensorOf(cost), tensorOf(g)];
        const gradientAt = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(layer(x), w)));
        const [y, gradient] = [layer(c), gradientAt(c)];
        const found = [y.dataSync(), gradient.dataSync()] as const;
        for (const tensor of [c, w, y, gradient]) tensor.dispose();
        return found;
      };
      const [y, gradient] = run();
      expectNear(y, outputOf(cost, { estimator: make() }), 1e-4);
      expectNear(gradient, gradientOf(cost, g, { estimator: make() }), 1e-3);
      const before = tf.memory().numTensors;
      run();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('takes masks, truths and seeds with every call', () => {
    const c = tf.tensor2d([
      [1, 2],
      [3, 5],
    ]);
    const mask = tf.tensor2d(
      [
        [1, 0],
        [1, 1],
      ],
      [2, 2],
      'bool',
    );
    expect(Array.from(tfAssignmentLayer(tf)(c, { mask }).dataSync())).toEqual([1, 0, 0, 1]);
    const margin = { kind: 'pairwise', alpha: 8 } as const;
    const truth = tf.tensor2d(
      [
        [0, 1],
        [1, 0],
      ],
      [2, 2],
      'bool',
    );
    // 6 against 5; with the margin, 6 - 8 against 5 + 8.
    expect(Array.from(tfAssignmentLayer(tf)(c).dataSync())).toEqual([0, 1, 1, 0]);
    expect(Array.from(tfAssignmentLayer(tf, { margin })(c, { truth }).dataSync())).toEqual([1, 0, 0, 1]);
    const noisy = tfAssignmentLayer(tf, { estimator: (seed) => perturbed({ seed, sigma: 3 }) });
    const at = (seed: number) => Array.from(noisy(c, { seed: tf.scalar(seed, 'int32') }).dataSync());
    expectNear(
      at(5),
      outputOf(
        f64([
          [1, 2],
          [3, 5],
        ]),
        { estimator: perturbed({ seed: 5, sigma: 3 }) },
      ),
      1e-6,
    );
    expect(at(1)).toEqual(at(1));
    expect([1, 2, 3, 4].map((seed) => at(seed).join()).every((y, _, all) => y === all[0])).toBe(false);
  });

  it('is trained through by an optimiser of tfjs', () => {
    const layer = tfAssignmentLayer(tf, { estimator: sinkhorn({ temperature: 0.5 }) });
    const c = tf.variable(tensorOf(cost));
    const wanted = tf.oneHot(
      tf.tensor2d(
        [
          [3, 2, 1, 0],
          [0, 1, 3, 2],
        ],
        [2, 4],
        'int32',
      ),
      4,
    );
    const optimizer = tf.train.adam(0.1);
    const loss = () => tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(wanted, layer(c));
    const first = loss().dataSync()[0]!;
    for (let k = 0; k < 30; k++) optimizer.minimize(loss);
    expect(loss().dataSync()[0]).toBeLessThan(0.2 * first);
    c.dispose();
  });

  it('refuses what it does not know', () => {
    const c = tf.tensor2d([
      [1, 2],
      [3, 5],
    ]);
    const noisy = tfAssignmentLayer(tf, { estimator: (seed) => perturbed({ seed }) });
    expect(() => noisy(c)).toThrow(InvalidArgumentError);
    expect(() => noisy(c)).toThrow('tfAssignmentLayer: seed must be given with every call');
    const pairwise = tfAssignmentLayer(tf, { margin: { kind: 'pairwise', alpha: 1 }, estimator: blackbox() });
    expect(() => pairwise(c)).toThrow('tfAssignmentLayer: truth must be given with every call');
    expect(() => tfAssignmentLayer(tf)(c, { masks: c } as never)).toThrow(
      'tfAssignmentLayer: inputs are mask, truth, examples, seed, got "masks"',
    );
    expect(() => tfAssignmentLayer(tf)(tf.tensor2d([[1, NaN]]))).toThrow(
      'cost at problem 0, row 0, column 1',
    );
  });
});
