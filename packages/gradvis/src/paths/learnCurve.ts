import {
  checkFinite,
  checkInteger,
  checkOneOf,
  collect,
  InvalidArgumentError,
  NumericalError,
  throwIfAborted,
  toRng,
  trackProgress,
  type Progress,
  yieldToEventLoop,
  type Rng,
} from '@pct/core';
import { adam, type Schedule } from '@pct/tensor';
import type { Journal } from '../journal/journal.js';
import { checksum, objectiveKey } from '../journal/key.js';
import { savesAtTimes } from '../journal/saver.js';
import { addScaled } from '../linalg/vectors.js';
import { checkVector } from '../objective/check.js';
import type { EvaluateOptions } from '../objective/evaluate.js';
import { resolveObjective, sourceFor, type ObjectiveLike } from '../objective/source.js';
import { gradientAtPoint, gradientOf, type LossAndGradient, type PointOrder } from '../objective/tasks.js';
import { packState, unpackState } from './curveState.js';
import { openPath, pointOnPath, weightsAt, type Path } from './path.js';
import { gaussLegendre, repeated, type Quadrature } from './quadrature.js';

const NAME = 'learnCurve';

/** Options of {@link learnCurve}. */
export interface LearnCurveOptions extends EvaluateOptions {
  /** A Bézier curve, or a chain of straight lines. @defaultValue `'bezier'` */
  readonly shape?: 'bezier' | 'chain' | undefined;
  /** Number of control points between the ends, at least 1. @defaultValue `1` */
  readonly bends?: number | undefined;
  /**
   * Control points between the ends to begin with, in place of `bends`: of an earlier call, say, or off the line where
   * symmetry makes its gradient vanish.
   * @defaultValue at equal distances on the straight line
   */
  readonly start?: readonly Float64Array[] | undefined;
  /** Steps of Adam, at least 0. @defaultValue `200` */
  readonly steps?: number | undefined;
  /** Length of steps, or a schedule of it. @defaultValue `0.01` */
  readonly learningRate?: number | Schedule | undefined;
  /** λ of the penalty ½ λ |φ(t)|², at least 0. @defaultValue `0` */
  readonly weightDecay?: number | undefined;
  /** Gradients per step: places are drawn uniformly, one in each of so many equal parts of [0, 1]. @defaultValue `1` */
  readonly draws?: number | undefined;
  /**
   * Takes the nodes of a Gauss-Legendre rule with so many points at every step in place of random places, on each straight
   * part of a chain: the mean without noise, where gradients are cheap.
   * @defaultValue none
   */
  readonly quadrature?: number | undefined;
  /** Draws the places. @defaultValue `0` */
  readonly rng?: Rng | number | undefined;
  /**
   * Keeps the state of the optimisation, at most once a second and when the work is stopped, and gives back that of an earlier
   * run, which goes on from there.
   * @defaultValue none
   */
  readonly journal?: Journal | undefined;
  /** Counts the steps that are left. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A curve and how it was found. */
export interface LearnedCurve {
  readonly path: Path;
  /** Mean loss at the places of each step, without penalty, [steps]. */
  readonly losses: Float64Array;
}

/**
 * Bends a path between two minima so that the mean loss along it, E L(φ(t)) for uniform t, becomes low.
 *
 * The gradient with respect to control point i is E wᵢ(t) ∇L(φ(t)). Ends stay. The steps are those of Adam.
 *
 * @param objective - must have a gradient; with an executor its source
 * @param a - one end, t = 0, [size]
 * @param b - the other end, t = 1, [size]
 * @param options - {@link LearnCurveOptions}
 * @throws {@link InvalidArgumentError} if the ends are the same point, there is no gradient or an option is out of range ·
 *   {@link ShapeError} if sizes differ · {@link NumericalError} if a loss or gradient becomes NaN or infinite
 * @see Garipov et al. 2018, arXiv:1802.10026, section 3
 */
export async function learnCurve(
  objective: ObjectiveLike,
  a: Float64Array,
  b: Float64Array,
  options: LearnCurveOptions = {},
): Promise<LearnedCurve> {
  const { shape = 'bezier', steps = 200, learningRate = 0.01, weightDecay = 0, draws = 1, signal } = options;
  checkOneOf(NAME, 'shape', shape, ['bezier', 'chain']);
  checkInteger(NAME, 'steps', steps, { min: 0 });
  checkInteger(NAME, 'draws', draws, { min: 1 });
  checkFinite(NAME, 'weightDecay', weightDecay, { min: 0 });
  if (options.quadrature !== undefined) checkInteger(NAME, 'quadrature', options.quadrature, { min: 1 });
  checkVector(NAME, 'a', a);
  checkVector(NAME, 'b', b, a.length);
  const path = openPath(NAME, { shape, controls: [a, ...startOf(a, b, options), b] });
  const bends = path.controls.slice(1, -1);
  const gradients = bends.map((bend) => new Float64Array(bend.length));
  const rng = toRng(options.rng ?? 0, NAME);
  const rule =
    options.quadrature === undefined
      ? undefined
      : repeated(gaussLegendre(options.quadrature), shape === 'chain' ? bends.length + 1 : 1);
  const evaluate = await evaluator(objective, options);
  const optimizer = adam({ learningRate });
  const losses = new Float64Array(steps);
  const rates = losses.map((_, step) =>
    typeof learningRate === 'number' ? learningRate : learningRate(step),
  );
  const key = {
    work: NAME,
    shape,
    ends: [a, b].map(checksum),
    start: bends.map(checksum),
    steps,
    learningRate: checksum(rates),
    weightDecay,
    draws,
    quadrature: options.quadrature,
    rng: rng.getState(),
    objective: objectiveKey(objective),
  };
  const saved = (await options.journal?.load(JSON.stringify(key)))?.get(0);
  let state = optimizer.init(bends);
  if (saved !== undefined) state = unpackState(saved, losses, bends, state);
  const save = async (): Promise<void> => options.journal?.append(0, packState(losses, bends, state));
  const saveAtTimes = savesAtTimes(save);
  const progress = trackProgress(steps - state.step, options.onProgress);
  try {
    while (state.step < steps) {
      throwIfAborted(signal);
      const { nodes, weights } = rule ?? drawPlaces(rng.split(state.step), draws);
      const points = Array.from(nodes, (t) => pointOnPath(path, t));
      // Points are given away to worker threads, and the penalty needs them.
      const found = await evaluate(weightDecay > 0 ? points.map((point) => point.slice()) : points);
      for (const gradient of gradients) gradient.fill(0);
      let mean = 0;
      found.forEach(({ loss, gradient }, k) => {
        if (!Number.isFinite(loss))
          throw new NumericalError(
            `${NAME}: the loss at step ${state.step} and t = ${nodes[k]} is ${loss}; a lower learning rate may help`,
          );
        mean += weights[k]! * loss;
        if (weightDecay > 0) addScaled(gradient, weightDecay, points[k]!);
        const shares = weightsAt(path, nodes[k]!);
        gradients.forEach((sum, i) => addScaled(sum, weights[k]! * shares[i + 1]!, gradient));
      });
      losses[state.step] = mean;
      state = optimizer.updateInPlace(gradients, state, bends);
      progress.advance();
      await saveAtTimes();
    }
  } finally {
    // Also when the work was stopped, or failed by what another run may do better.
    await save();
  }
  progress.finish();
  return { path, losses };
}

/** Control points between the ends to begin with. */
function startOf(a: Float64Array, b: Float64Array, { bends = 1, start }: LearnCurveOptions): Float64Array[] {
  if (start !== undefined) {
    if (start.length === 0)
      throw new InvalidArgumentError(`${NAME}: start must hold at least one control point, got none`);
    return start.map((control, i) => checkVector(NAME, `start[${i}]`, control, a.length));
  }
  checkInteger(NAME, 'bends', bends, { min: 1 });
  const line: Path = { shape: 'line', controls: [a, b] };
  return Array.from({ length: bends }, (_, i) => pointOnPath(line, (i + 1) / (bends + 1)));
}

/** One place in each of some equal parts of [0, 1]: unbiased, with less variance than independent places. */
function drawPlaces(rng: Rng, draws: number): Quadrature {
  return {
    nodes: Float64Array.from({ length: draws }, (_, i) => (i + rng.uniform()) / draws),
    weights: new Float64Array(draws).fill(1 / draws),
  };
}

/** Losses and gradients at points, in their order; the sums over them are then the same however they were computed. */
async function evaluator(
  objective: ObjectiveLike,
  { executor, signal }: EvaluateOptions,
): Promise<(points: Float64Array[]) => Promise<LossAndGradient[]>> {
  if (executor !== undefined) {
    const source = sourceFor(NAME, objective);
    return (points) => {
      const orders = points.map((parameters): PointOrder => ({ source, parameters }));
      return collect(executor.map(gradientAtPoint, orders, { signal }));
    };
  }
  const resolved = await resolveObjective(NAME, objective);
  if (resolved.gradient === undefined)
    throw new InvalidArgumentError(`${NAME}: the objective must have a gradient, which the curve follows`);
  return async (points) => {
    const found: LossAndGradient[] = [];
    for (const point of points) {
      // Lets aborts arrive.
      await yieldToEventLoop();
      throwIfAborted(signal);
      found.push(await gradientOf(resolved, point));
    }
    return found;
  };
}
