import { float, int } from '../space/parameters.js';

/** The grid of {@link digitsTable}: 10 × 4 × 4 × 4 × 4 = 2560 networks. */
export const digitsSpace = {
  /** Logarithm to base 10 of the learning rate. */
  logRate: float(-3, -0.75, { step: 0.25 }),
  /** Of stochastic gradient descent. */
  momentum: float(0, 0.9, { step: 0.3 }),
  /** Logarithm to base 10 of the weight decay. */
  logDecay: int(-5, -2),
  /** Share of the hidden units that dropout keeps. */
  keep: float(0.4, 1, { step: 0.2 }),
  /** Logarithm to base 2 of the number of hidden units. */
  logWidth: int(3, 6),
};
