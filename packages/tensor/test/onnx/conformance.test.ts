/** The suite that every runtime has to pass, on onnxruntime. */
import { allCases } from '../conformance/all.js';
import { describeConformance } from '../conformance/runner.js';
import { onnxruntimeNode } from '../../src/runtimes/onnxruntimeNode.js';

const runtime = await onnxruntimeNode({ threads: 1 });

describeConformance(runtime, allCases);
describeConformance(runtime, allCases, { dtype: 'float32', tolerance: 3e-5 });
