import { decay } from './decay.js';
import { wasmRadials, type RadialLoop } from './radialWasm.js';

/** Shorter arrays are not worth the way into WebAssembly's memory and back. */
const FEW = 24;

/**
 * A stationary correlation as a function of the squared scaled distance r² = Σ ((x_j − x'_j) / ℓ_j)². Both methods go
 * over whole arrays, in WebAssembly where it is there, with the same bits as without.
 */
export interface Radial {
  /** Replaces the first `count` squared distances by correlations; 1 at distance 0. */
  readonly values: RadialLoop;
  /** Replaces the first `count` squared distances by dk / d(r²). */
  readonly slopes: RadialLoop;
}

/** Exponential correlation exp(−r): continuous but nowhere smooth; its slope at 0 counts as 0. */
const matern12: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = decay(Math.sqrt(squared[i]!));
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) {
      const r = Math.sqrt(squared[i]!);
      squared[i] = r > 0 ? (-0.5 * decay(r)) / r : 0;
    }
  },
};

const matern32: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(3 * squared[i]!);
      squared[i] = (1 + a) * decay(a);
    }
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = -1.5 * decay(Math.sqrt(3 * squared[i]!));
  },
};

const matern52: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(5 * squared[i]!);
      squared[i] = (1 + a + (5 / 3) * squared[i]!) * decay(a);
    }
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(5 * squared[i]!);
      squared[i] = (-5 / 6) * (1 + a) * decay(a);
    }
  },
};

const rbf: Radial = {
  values(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = decay(0.5 * squared[i]!);
  },
  slopes(squared, count) {
    for (let i = 0; i < count; i++) squared[i] = -0.5 * decay(0.5 * squared[i]!);
  },
};

/** The correlations by name, without WebAssembly. */
export const PLAIN_RADIALS = { matern12, matern32, matern52, rbf } as const;

/** Matérn of smoothness 1/2, 3/2 and 5/2, and the squared exponential. */
export type KernelName = keyof typeof PLAIN_RADIALS;

/** Names of the correlations. */
export const KERNEL_NAMES = Object.keys(PLAIN_RADIALS) as KernelName[];

let fast: Readonly<Record<string, RadialLoop>> | undefined;
const radials = new Map<KernelName, Radial>();

/** A correlation by its name. */
export function radialOf(name: KernelName): Radial {
  let radial = radials.get(name);
  if (radial === undefined) {
    fast ??= wasmRadials() ?? {};
    const plain = PLAIN_RADIALS[name];
    radial = {
      values: choose(plain.values, fast[`${name}Values`]),
      slopes: choose(plain.slopes, fast[`${name}Slopes`]),
    };
    radials.set(name, radial);
  }
  return radial;
}

function choose(plain: RadialLoop, fast: RadialLoop | undefined): RadialLoop {
  if (fast === undefined) return plain;
  return (squared, count) => (count < FEW ? plain : fast)(squared, count);
}
