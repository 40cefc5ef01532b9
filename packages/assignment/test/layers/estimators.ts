import {
  aimle,
  aimleState,
  blackbox,
  identity,
  imle,
  lpgd,
  perturbed,
  regularizedFrankWolfe,
  sinkhorn,
  type Estimator,
  type TracedEstimator,
} from '@pct/assignment/layers';

/** One of each kind; those with a state get a new one. */
export const estimators: Readonly<Record<string, () => Estimator | TracedEstimator>> = {
  blackbox: () => blackbox({ lambda: 2 }),
  identity: () => identity({ projection: 'standardise' }),
  perturbed: () => perturbed({ seed: 1, samples: 5 }),
  imle: () => imle({ seed: 1, samples: 2, lambda: 2, sigma: 0.3 }),
  aimle: () => aimle({ seed: 1, state: aimleState(1), sigma: 0.3 }),
  lpgd: () => lpgd({ tau: 2, rho: 0.1 }),
  'implicit sinkhorn': () => sinkhorn({ temperature: 0.3 }),
  'unrolled sinkhorn': () => sinkhorn({ temperature: 0.5, gradient: 'unrolled', iterations: 12 }),
  regularizedFrankWolfe: () => regularizedFrankWolfe({ regularization: 0.5 }),
};
