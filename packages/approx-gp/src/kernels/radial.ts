/**
 * A stationary correlation as a function of the squared scaled distance r² = Σ ((x_j − x'_j) / ℓ_j)². Both methods go
 * over whole arrays, so that the inner loops call nothing.
 */
export interface Radial {
  /** Replaces the first `count` squared distances by correlations; 1 at distance 0. */
  values(squared: Float64Array, count: number): void;
  /** Replaces the first `count` squared distances by dk / d(r²). */
  slopes(squared: Float64Array, count: number): void;
}

/** Exponential correlation exp(−r): continuous but nowhere smooth; its slope at 0 counts as 0. */
const matern12: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = Math.exp(-Math.sqrt(squared[i]!));
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) {
      const r = Math.sqrt(squared[i]!);
      squared[i] = r > 0 ? -Math.exp(-r) / (2 * r) : 0;
    }
  },
};

const matern32: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(3 * squared[i]!);
      squared[i] = (1 + a) * Math.exp(-a);
    }
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = -1.5 * Math.exp(-Math.sqrt(3 * squared[i]!));
  },
};

const matern52: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(5 * squared[i]!);
      squared[i] = (1 + a + (a * a) / 3) * Math.exp(-a);
    }
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(5 * squared[i]!);
      squared[i] = (-5 / 6) * (1 + a) * Math.exp(-a);
    }
  },
};

const rbf: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = Math.exp(-0.5 * squared[i]!);
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = -0.5 * Math.exp(-0.5 * squared[i]!);
  },
};

/** The correlations by name. */
export const RADIALS = { matern12, matern32, matern52, rbf } as const;

/** Matérn of smoothness 1/2, 3/2 and 5/2, and the squared exponential. */
export type KernelName = keyof typeof RADIALS;
