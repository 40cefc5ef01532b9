import { expect, it } from 'vitest';
import { fit } from '@pct/tensor';
import { adam } from '@pct/tensor';
import { onnxruntimeNode } from '@pct/tensor';
import { network, networkData, networkLoss } from './support.js';

it('trains on onnxruntime as on the interpreter, with smaller last batches, and resumes to the last bit', async () => {
  const options = {
    optimizer: adam({ learningRate: 0.02 }),
    batchSize: 4,
    epochs: 4,
    seed: 3,
    validation: { data: networkData(5, 9) },
  };
  const runtime = await onnxruntimeNode({ threads: 1 });
  const expected = await fit(networkLoss, network(), networkData(10), options);
  const { checkpoint, ...result } = await fit(networkLoss, network(), networkData(10), {
    ...options,
    runtime,
  });
  expect(result.validations).toHaveLength(4);
  result.parameters.layers.forEach(({ data }, i) => {
    data.forEach((value, j) => {
      expect(value).toBeCloseTo(expected.parameters.layers[i]!.data[j]!, 4);
    });
  });
  const half = await fit(networkLoss, network(), networkData(10), { ...options, runtime, epochs: 2 });
  const resumed = await fit(networkLoss, network(), networkData(10), {
    ...options,
    runtime,
    resume: half.checkpoint(),
  });
  expect(resumed.checkpoint()).toEqual(checkpoint());
});
