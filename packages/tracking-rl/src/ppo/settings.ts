import {
  checkFinite,
  checkInteger,
  checkOneOf,
  checkPositive,
  checkProbability,
  InvalidArgumentError,
} from '@pct/core';
import type { SafetySettings } from './loss.js';
import type { TrainPolicyOptions } from './types.js';

const NAME = 'trainPolicy';

/** Checked numbers of a training. @throws InvalidArgumentError if one is out of range */
export function trainingSettings(options: TrainPolicyOptions) {
  const { constraint = 'assignment', standardizeRewards = true, seed = 0 } = options;
  const { iterations = 60, framesPerIteration = 1, epochs = 8, minibatches = 4 } = options;
  const { learningRate = 1e-3, finalLearningRate = 0, clip = 0.2, valueClip = Infinity } = options;
  const { valueWeight = 0.5, entropyWeight = 0.15, maxGradientNorm = 0.5, targetKl = Infinity } = options;
  const { gamma = 0.9, gaeLambda = 0.95 } = options;
  checkOneOf(NAME, 'constraint', constraint, ['assignment', 'none']);
  checkOneOf(NAME, 'standardizeRewards', standardizeRewards, [true, false]);
  for (const [name, value] of Object.entries({ iterations, framesPerIteration, epochs, minibatches }))
    checkInteger(NAME, name, value, { min: 1 });
  for (const [name, value] of Object.entries({ learningRate, clip, maxGradientNorm }))
    checkPositive(NAME, name, value);
  for (const [name, value] of Object.entries({ valueClip, targetKl }))
    if (value !== Infinity) checkPositive(NAME, name, value);
  for (const [name, value] of Object.entries({ finalLearningRate, gamma, gaeLambda }))
    checkProbability(NAME, name, value);
  for (const [name, value] of Object.entries({ valueWeight, entropyWeight }))
    checkFinite(NAME, name, value, { min: 0 });
  const { every: validateEvery = 10 } = options.validation ?? {};
  const { every: saveEvery = 10 } = options.checkpoint ?? {};
  checkInteger(NAME, 'validation.every', validateEvery, { min: 1 });
  checkInteger(NAME, 'checkpoint.every', saveEvery, { min: 1 });
  if (options.assignment !== undefined && constraint === 'none')
    throw new InvalidArgumentError(
      `${NAME}: assignment is for constraint 'assignment' only, got it with 'none'`,
    );
  const { lambda = 1, weight = 0.02, margin } = options.assignment ?? {};
  checkPositive(NAME, 'assignment.lambda', lambda);
  checkFinite(NAME, 'assignment.weight', weight, { min: 0 });
  const safety: SafetySettings | undefined = options.assignment && { lambda, margin };
  return {
    ...{ constraint, standardizeRewards, seed, iterations, framesPerIteration, epochs, minibatches },
    ...{ learningRate, finalLearningRate, clip, valueClip, valueWeight, entropyWeight, maxGradientNorm },
    ...{ targetKl, gamma, gaeLambda, validateEvery, saveEvery },
    ...{ assignmentWeight: weight, safety },
  };
}

/** Checked settings of a training. */
export type TrainingSettings = ReturnType<typeof trainingSettings>;
