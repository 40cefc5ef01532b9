import { InvalidArgumentError } from '@pct/core';
import {
  blackbox,
  identity,
  imle,
  lpgd,
  perturbed,
  type BlackboxOptions,
  type Estimator,
  type IdentityOptions,
  type ImleOptions,
  type LpgdOptions,
  type PerturbedOptions,
} from '@pct/assignment/layers';

/**
 * An estimator as plain data, so that worker threads and checkpoints can carry it: the name of one of
 * `@pct/assignment/layers` and its options.
 */
export type EstimatorChoice =
  | ({ readonly name: 'blackbox' } & BlackboxOptions)
  | ({ readonly name: 'identity' } & IdentityOptions)
  | ({ readonly name: 'perturbed' } & Omit<PerturbedOptions, 'seed'> & { readonly seed: number })
  | ({ readonly name: 'imle' } & Omit<ImleOptions, 'seed'> & { readonly seed: number })
  | ({ readonly name: 'lpgd' } & LpgdOptions);

/** Makes the estimator. @throws InvalidArgumentError if there is none of this name or an option is out of range */
export function makeEstimator(choice: EstimatorChoice): Estimator {
  switch (choice.name) {
    case 'blackbox':
      return blackbox(choice);
    case 'identity':
      return identity(choice);
    case 'perturbed':
      return perturbed(choice);
    case 'imle':
      return imle(choice);
    case 'lpgd':
      return lpgd(choice);
    default:
      throw new InvalidArgumentError(
        `train: estimator.name must be 'blackbox', 'identity', 'perturbed', 'imle' or 'lpgd', ` +
          `got ${String((choice as { name: unknown }).name)}`,
      );
  }
}
