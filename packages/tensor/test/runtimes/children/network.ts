import type { NdArray, Runtime, Tensor } from '@pct/tensor';
import {
  averagePool2d,
  compile,
  conv2d,
  crossEntropy,
  dense,
  reshape,
  flatten,
  float32,
  add,
  int32,
  maxPool2d,
  mean,
  relu,
  shapesOf,
  tanh,
  valueAndGrad,
} from '@pct/tensor';

/** Numbers that every engine starts from. */
const wave = (shape: number[], scale: number, phase: number): NdArray => ({
  data: Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, k) => scale * Math.sin(0.37 * k + phase),
  ),
  shape,
});

/**
 * Loss, and its gradient with respect to all parameters, of a network with two convolutions, two poolings and two
 * dense layers; with preallocated arrays the second time.
 */
export async function network(runtime: Runtime): Promise<NdArray[]> {
  const parameters = {
    first: { weight: wave([8, 1, 3, 3], 0.4, 0), bias: wave([8], 0.1, 1) },
    second: { weight: wave([12, 8, 3, 3], 0.2, 2), bias: wave([12], 0.1, 3) },
    third: { weight: wave([48, 32], 0.2, 4), bias: wave([32], 0.1, 5) },
    last: { weight: wave([32, 10], 0.3, 6), bias: wave([10], 0.1, 7) },
  };
  const images = wave([16, 1, 8, 8], 1, 8);
  const labels = { data: Int32Array.from({ length: 16 }, (_, k) => (7 * k) % 10), shape: [16] };
  type Layer = Record<'weight' | 'bias', Tensor>;
  const convolve = ({ weight, bias }: Layer, x: Tensor): Tensor =>
    add(conv2d(x, weight, { padding: 'same' }), reshape(bias, [bias.shape[0]!, 1, 1]));
  const loss = (p: Record<keyof typeof parameters, Layer>, x: Tensor, y: Tensor): Tensor => {
    const narrow = maxPool2d(relu(convolve(p.first, x)), 2);
    const narrower = averagePool2d(tanh(convolve(p.second, narrow)), 2);
    const hidden = relu(dense(p.third, flatten(narrower, 1)));
    return mean(crossEntropy(dense(p.last, hidden), y));
  };
  const specs = [shapesOf(parameters), float32('n', 1, 8, 8), int32('n')] as const;
  const step = await compile(valueAndGrad(loss), specs, { runtime });
  const outputs = step.allocateOutputs();
  const fresh = await step.run(parameters, images, labels);
  await step.runInto(outputs, parameters, images, labels);
  await step.dispose();
  return [fresh, outputs].flatMap(([value, gradient]) => [
    value,
    ...Object.values(gradient).flatMap(({ weight, bias }) => [weight, bias]),
  ]);
}
