import {
  checkInteger,
  checkOneOf,
  InvalidArgumentError,
  NumericalError,
  ShapeError,
  toRng,
  trackProgress,
  type Progress,
  type Rng,
} from '@pct/core';
import { Basis, type BasisPrecision } from '../linalg/Basis.js';
import { addScaled, dot, norm, scale } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import { checkIsOperator, type SymmetricOperator } from './operator.js';
import { paced } from './pace.js';
import { unitProbe } from './probes.js';

/** Options of {@link lanczos}. */
export interface LanczosOptions {
  /** Number of steps, and so of products; at most the size counts. */
  readonly steps: number;
  /**
   * Start vector, [size], of any length but 0; copied.
   * @defaultValue random with normal entries
   */
  readonly start?: Float64Array | undefined;
  /**
   * Whether each new vector is made orthogonal to all before it, in two passes. Without it memory is three vectors, and
   * rounding makes eigenvalues come up again and again: fit for densities, not for lists of eigenvalues.
   * @defaultValue `true`
   */
  readonly reorthogonalise?: boolean | undefined;
  /**
   * How the basis is kept: 8 or 4 bytes per parameter and step.
   * @defaultValue `'float64'`
   */
  readonly precision?: BasisPrecision | undefined;
  /**
   * What to do when the start vector's invariant subspace is exhausted: stop, which makes quadrature exact, or go on
   * with a random vector orthogonal to it, which finds the other eigenvalues and further copies of repeated ones.
   * @defaultValue `'stop'`
   */
  readonly breakdown?: 'stop' | 'restart' | undefined;
  /**
   * Of the random vectors.
   * @defaultValue `0`
   */
  readonly rng?: Rng | number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The tridiagonal matrix T = Qᵀ A Q of a Lanczos run. */
export interface LanczosResult {
  /** Diagonal of T, [steps done]. */
  readonly diagonal: Float64Array;
  /** Off-diagonal of T, [steps done]; the last entry is the length of the residual vector that comes next. */
  readonly offDiagonal: Float64Array;
  /** Whether the run ended because the vectors span an invariant subspace. */
  readonly invariant: boolean;
  /** Columns of Q, [size] each; none without reorthogonalisation. */
  readonly basis: readonly (Float64Array | Float32Array)[];
}

/**
 * Lanczos' process: an orthonormal basis Q of the Krylov space of a start vector, in which A is tridiagonal.
 *
 * @param operator - symmetric
 * @param options - {@link LanczosOptions}
 * @throws {@link NumericalError} if a product holds NaN or infinity · {@link InvalidArgumentError} if an option is not
 *   such · the signal's reason
 * @see Paige 1972, doi:10.1093/imamat/10.3.373 · Parlett 1998, The Symmetric Eigenvalue Problem, chapter 13
 */
export async function lanczos(operator: SymmetricOperator, options: LanczosOptions): Promise<LanczosResult> {
  const name = 'lanczos';
  checkIsOperator(name, operator);
  const { steps, start, precision, rng = 0, breakdown = 'stop', signal, onProgress } = options;
  checkInteger(name, 'option steps', steps, { min: 1 });
  checkOneOf(name, 'option breakdown', breakdown, ['stop', 'restart']);
  const { reorthogonalise = true } = options;
  if (breakdown === 'restart' && !reorthogonalise)
    throw new InvalidArgumentError(
      `${name}: breakdown "restart" needs reorthogonalise: true, since the new vector must be orthogonal to all others`,
    );
  const first = new Float64Array(operator.size);
  const stream = toRng(rng, name).split('lanczos');
  if (start === undefined) unitProbe(stream, 0, 'normal', first);
  else normalise(first, checkVector(name, 'option start', start, operator.size));
  const basis = new Basis(operator.size, precision);
  const tracker = trackProgress(steps, onProgress);
  const run = new LanczosRun(operator, reorthogonalise ? basis : undefined, signal);
  run.begin(first);
  for (let step = 0; step < Math.min(steps, operator.size); step++) {
    if (run.invariant && breakdown === 'stop') break;
    if (run.invariant) run.restart(stream, step);
    await run.step();
    tracker.advance();
  }
  tracker.finish();
  const { diagonal, offDiagonal, invariant } = run;
  return {
    diagonal: Float64Array.from(diagonal),
    offDiagonal: Float64Array.from(offDiagonal),
    invariant,
    basis: basis.arrays(),
  };
}

function normalise(out: Float64Array, start: Float64Array): void {
  const length = norm(start);
  if (!(length > 0)) throw new InvalidArgumentError('lanczos: option start must not be all zero');
  out.set(start);
  scale(out, 1 / length);
}

/** The state of a run; `step` allocates nothing but the next basis vector. */
export class LanczosRun {
  readonly diagonal: number[] = [];
  readonly offDiagonal: number[] = [];
  /** Whether the next vector is zero up to rounding. */
  invariant = false;
  /** Estimate of the largest eigenvalue in magnitude. */
  magnitude = 0;
  private readonly operator: SymmetricOperator;
  private readonly basis: Basis | undefined;
  private readonly pause: () => Promise<void>;
  /** The current unit vector, and the one before it. */
  private current: Float64Array;
  private previous: Float64Array;
  private hasPrevious = false;

  constructor(operator: SymmetricOperator, basis: Basis | undefined, signal: AbortSignal | undefined) {
    this.operator = operator;
    this.basis = basis;
    this.pause = paced(signal);
    this.current = new Float64Array(operator.size);
    this.previous = new Float64Array(basis === undefined ? operator.size : 0);
  }

  /** Starts with a unit vector, after whatever the basis holds already. */
  begin(unit: Float64Array): void {
    this.current.set(unit);
    this.hasPrevious = false;
    this.invariant = false;
  }

  /**
   * Goes on with a random vector orthogonal to the basis, which must not fill the space.
   *
   * @param key - of the child stream that the vector is drawn from
   */
  restart(rng: Rng, key: number): void {
    const { basis } = this;
    const stream = rng.split('restart').split(key);
    const random = new Float64Array(this.operator.size);
    let length = 0;
    // What is left of a vector that lies almost in the basis is rounding: draw again.
    while (!(length > 1e-6)) length = basis!.orthogonalise(stream.fillNormal(random));
    scale(random, 1 / length);
    this.begin(random);
  }

  /** One product: appends the current vector to the basis, and makes the next one. */
  async step(): Promise<void> {
    await this.pause();
    const { operator, basis, current } = this;
    basis?.append(current, 1);
    // A product belongs to the caller, so that it is worked on in place.
    const next = await operator.apply(current);
    if (next.length !== operator.size)
      throw new ShapeError(
        `lanczos: products with the operator must have length ${operator.size}, got ${next.length}`,
      );
    const alpha = dot(current, next);
    let beta: number;
    if (basis === undefined) {
      addScaled(next, -alpha, current);
      if (this.hasPrevious) addScaled(next, -this.offDiagonal.at(-1)!, this.previous);
      beta = norm(next);
    } else beta = basis.orthogonalise(next);
    if (!Number.isFinite(alpha + beta))
      throw new NumericalError(
        `lanczos: product ${this.diagonal.length + 1} with the operator holds NaN or infinity; ` +
          'look at the loss and gradient at this point',
      );
    this.magnitude = Math.max(this.magnitude, Math.hypot(alpha, beta));
    // Products round in proportion to √size; what is left of a vector below that is noise.
    const noise = 10 * Number.EPSILON * Math.sqrt(operator.size) * this.magnitude;
    this.invariant = beta <= noise;
    this.diagonal.push(alpha);
    this.offDiagonal.push(this.invariant ? 0 : beta);
    if (this.invariant) return;
    if (basis === undefined) {
      this.previous.set(current);
      this.hasPrevious = true;
    }
    current.set(next);
    scale(current, 1 / beta);
  }

  /** The unit vector that the next step starts with. */
  get direction(): Float64Array {
    return this.current;
  }
}
