/** The suite that every runtime has to pass, on onnxruntime. */
import { elementwiseCases } from '../conformance/elementwise.js';
import { describeConformance } from '../conformance/runner.js';
import { structureCases } from '../conformance/structure.js';
import { onnxruntimeNode } from '../../src/runtimes/onnxruntimeNode.js';

const cases = [...elementwiseCases, ...structureCases];
const runtime = await onnxruntimeNode({ threads: 1 });

describeConformance(runtime, cases);
describeConformance(runtime, cases, { dtype: 'float32', tolerance: 3e-5 });
