import { interpreter } from '@pct/tensor';
import { allCases } from '../conformance/all.js';
import { describeExamples } from './examples.js';

describeExamples(interpreter(), allCases, 1e-12);
