/** The suite that every runtime has to pass, on onnxruntime. */
import { onnxruntimeNode } from '@pct/tensor';
import { allCases } from '../conformance/all.js';
import { describeConformance, describeSizes } from '../conformance/runner.js';

const runtime = await onnxruntimeNode({ threads: 1 });

describeConformance(runtime, allCases);
describeConformance(runtime, allCases, { dtype: 'float32', tolerance: 3e-5 });

describeSizes(runtime, allCases);
describeSizes(runtime, allCases, {
  dtype: 'float32',
  tolerance: 3e-5,
  unsupported: { 'conv2d with named sizes': 'Conv refuses images without pixels' },
});
