import { curvatureMap } from '../../curvature/curvatureMap.js';
import { eigenpairs } from '../../curvature/eigenpairs.js';
import { gaussNewtonOperator, hessianOperator } from '../../curvature/hessianOperator.js';
import type { SymmetricOperator } from '../../curvature/operator.js';
import { spectralDensity } from '../../curvature/spectralDensity.js';
import { choiceOption, numberOption, type CliCall, type CliCommand, type CliOption } from './command.js';
import { describeResult } from './describe.js';
import { AT, checkTarget, OBJECTIVE_OPTIONS, pointOf, sourceOf, THREADS } from './inputs.js';
import { deliver, gridOf, RANDOM } from './landscape.js';
import { resumable } from './resume.js';

const MATRIX: Readonly<Record<string, CliOption>> = {
  matrix: { value: 'hessian|gauss-newton', text: 'default hessian' },
  seed: { value: 'N', text: 'of the random vectors (default 0)' },
};

async function operatorOf(call: CliCall): Promise<SymmetricOperator> {
  const source = sourceOf(call);
  const at = await pointOf(call, 'at', source);
  const matrix = choiceOption(call, 'matrix', ['hessian', 'gauss-newton']) ?? 'hessian';
  return matrix === 'hessian' ? hessianOperator(source, at) : gaussNewtonOperator(source, at);
}

const spectrum: CliCommand = {
  summary: 'Density of the eigenvalues by stochastic Lanczos quadrature.',
  resumes: true,
  usage: 'MODULE',
  files: [1, 1],
  options: {
    ...OBJECTIVE_OPTIONS,
    ...AT,
    ...MATRIX,
    runs: { value: 'N', text: 'random start vectors (default 10)' },
    steps: { value: 'N', text: 'products per start vector (default 80)' },
    ...THREADS,
  },
  async run(call) {
    checkTarget(call);
    const operator = await operatorOf(call);
    await resumable(call, async ({ journal, options }) => {
      const result = await spectralDensity(operator, {
        runs: numberOption(call, 'runs'),
        steps: numberOption(call, 'steps'),
        seed: numberOption(call, 'seed'),
        journal: journal(),
        ...options,
      });
      await deliver(call, result, [result]);
    });
  },
};

const { figure: _, ...withoutFigure } = OBJECTIVE_OPTIONS;

const eigen: CliCommand = {
  summary: 'Largest and smallest eigenvalues with their vectors.',
  resumes: true,
  usage: 'MODULE',
  files: [1, 1],
  options: {
    ...withoutFigure,
    ...AT,
    ...MATRIX,
    top: { value: 'N', text: 'number of largest ones (default 1)' },
    bottom: { value: 'N', text: 'number of smallest ones (default 0)' },
    tolerance: { value: 'NUMBER', text: 'relative residual of a converged pair (default 1e-6)' },
  },
  async run(call) {
    const operator = await operatorOf(call);
    await resumable(call, async ({ journal, options: { signal, onProgress } }) => {
      const result = await eigenpairs(operator, {
        top: numberOption(call, 'top'),
        bottom: numberOption(call, 'bottom'),
        tolerance: numberOption(call, 'tolerance'),
        seed: numberOption(call, 'seed'),
        journal: journal(),
        signal,
        onProgress,
      });
      call.streams.out(describeResult(result));
      await deliver(call, result, []);
    });
  },
};

const ratio: CliCommand = {
  summary:
    'Smallest over largest eigenvalue of the Hessian, in magnitude, over a plane of random directions.',
  resumes: true,
  usage: 'MODULE',
  files: [1, 1],
  options: {
    ...OBJECTIVE_OPTIONS,
    ...AT,
    ...RANDOM,
    points: { value: 'N', text: 'points per axis, each of tens of products (default 51)' },
    tolerance: { value: 'NUMBER', text: 'relative residual of an eigenvalue (default 1e-3)' },
    ...THREADS,
  },
  async run(call) {
    checkTarget(call);
    const source = sourceOf(call);
    const { origin, axes } = await gridOf(call, source, 2);
    await resumable(call, async ({ journal, options }) => {
      const map = await curvatureMap(source, origin, axes, {
        tolerance: numberOption(call, 'tolerance'),
        journal: journal(),
        ...options,
      });
      await deliver(call, map.ratio, [map.ratio]);
    });
  },
};

/** Commands about second derivatives. */
export const curvatureCommands: Readonly<Record<string, CliCommand>> = { spectrum, eigen, ratio };
