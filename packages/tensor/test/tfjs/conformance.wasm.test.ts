/** The suite that every runtime has to pass, on the backend `wasm` of tfjs. */
import { tfjs } from '@pct/tensor/tfjs';
import { afterAll, expect } from 'vitest';
import { allCases } from '../conformance/all.js';
import { describeConformance } from '../conformance/runner.js';

const runtime = await tfjs({ backend: 'wasm' });
const before = runtime.tf.memory().numTensors;

describeConformance(runtime, allCases, { dtype: 'float32', tolerance: 3e-5 });

afterAll(() => {
  expect(runtime.tf.memory().numTensors).toBe(before);
});
