import { createRng } from '@pct/core';
import { array, compile, float32, interpreter, reshape, valueAndGrad, type NdArray } from '@pct/tensor';
import type { TrackingPolicy } from '@pct/tracking-rl';
import { describe, expect, it } from 'vitest';
import { int32 } from '@pct/tensor';
import {
  coefficientSpecs,
  ppoLoss,
  safetySpecs,
  targetSpecs,
  type Coefficients,
  type SafetySettings,
} from '../../src/ppo/loss.js';

/** A policy whose parameters are its logits and values. */
const table = {
  name: 'table',
  embed: (_parameters, { nodes }) => nodes!,
  score: ({ all }) => ({
    logits: reshape(all!['logits']!, ['pairs']),
    values: reshape(all!['values']!, ['agents']),
  }),
} as Partial<TrackingPolicy> as TrackingPolicy;

const vector = (values: readonly number[] | Float64Array): NdArray => array([...values]);
const integers = (values: readonly number[]): NdArray => array([...values], 'int32');
const scalars = (numbers: Coefficients<number>): Coefficients<NdArray> => ({
  clip: array(numbers.clip),
  valueClip: array(numbers.valueClip),
  value: array(numbers.value),
  entropy: array(numbers.entropy),
  assignment: array(numbers.assignment),
});

/** Two agents at two hits; the third agent has a hit of its own and takes none. */
const offsets = [0, 2, 4, 5];
const owner = [0, 0, 1, 1, 2];
const columns = [0, 1, 0, 1, 2];

async function evaluate(
  logits: readonly number[],
  {
    action = [0, 3, 4],
    acted = [1, 1, 0],
    advantage = [1, -1, 0],
    old = [-0.5, -0.9, 0],
    values = [0.3, 1, 2],
    coefficients = {},
  }: {
    action?: number[];
    acted?: number[];
    advantage?: number[];
    old?: number[];
    values?: number[];
    coefficients?: Partial<Coefficients<number>>;
  } = {},
  safety?: SafetySettings,
) {
  const pairs = float32('pairs');
  const agents = float32('agents');
  const program = await compile(
    valueAndGrad(ppoLoss(table, safety), { auxiliary: true }),
    [
      { all: { logits: pairs, values: agents } },
      { nodes: float32('hits') },
      { agent: int32('pairs') },
      targetSpecs,
      coefficientSpecs,
      safetySpecs,
    ],
    { runtime: interpreter(), precision: 'float64' },
  );
  const executed = columns.map((_, p) => (action.some((a, i) => a === p && acted[i] === 1) ? 1 : 0));
  const [loss, gradient, parts] = await program.run(
    { all: { logits: vector(logits), values: vector(values) } },
    { nodes: vector([0]) },
    { agent: integers(owner) },
    {
      action: integers(action),
      acted: vector(acted),
      logProbability: vector(old),
      advantage: vector(advantage),
      return: vector([1, 0, 2.5]),
      value: vector([0, 0, 0]),
    },
    scalars({ clip: 0.2, valueClip: 0.5, value: 0, entropy: 0, assignment: 0, ...coefficients }),
    {
      blocks: {
        agentOffsets: integers([0, 3]),
        pairOffsets: integers(offsets),
        columns: integers(columns),
      },
      executed: vector(executed),
    },
  );
  const numbers = Object.fromEntries(Object.entries(parts).map(([key, { data }]) => [key, data[0]!]));
  return { loss: loss.data[0]!, logits: [...gradient['all']!['logits']!.data], parts: numbers };
}

const logSoftmax = (logits: readonly number[]): number[] =>
  logits.map((logit, p) => {
    const [first, last] = [offsets[owner[p]!]!, offsets[owner[p]! + 1]!];
    return logit - Math.log(logits.slice(first, last).reduce((sum, other) => sum + Math.exp(other), 0));
  });

describe('ppoLoss', () => {
  it('is the sum of its parts as they are defined', async () => {
    const rng = createRng(5);
    for (let trial = 0; trial < 5; trial++) {
      const logits = Array.from({ length: 5 }, () => rng.normal());
      const coefficients = { value: 0.5, entropy: 0.1 };
      const { loss, parts } = await evaluate(logits, { coefficients });
      const logs = logSoftmax(logits);
      // Advantages 1 and −1 are normalised already; the third agent took nothing.
      const surrogate = (log: number, old: number, advantage: number): number => {
        const ratio = Math.exp(log - old);
        return Math.min(ratio * advantage, Math.min(Math.max(ratio, 0.8), 1.2) * advantage);
      };
      const policyLoss = -(surrogate(logs[0]!, -0.5, 1) + surrogate(logs[3]!, -0.9, -1)) / 2;
      const entropy = -logs.slice(0, 4).reduce((sum, log) => sum + Math.exp(log) * log, 0) / 2;
      const errors = [
        Math.max((0.3 - 1) ** 2, (0.3 - 1) ** 2),
        Math.max((1 - 0) ** 2, (0.5 - 0) ** 2),
        Math.max((2 - 2.5) ** 2, (0.5 - 2.5) ** 2),
      ];
      const valueLoss = (0.5 * (errors[0]! + errors[1]! + errors[2]!)) / 3;
      expect(parts['policyLoss']).toBeCloseTo(policyLoss, 6);
      expect(parts['entropy']).toBeCloseTo(entropy, 6);
      expect(parts['valueLoss']).toBeCloseTo(valueLoss, 6);
      expect(parts['assignmentLoss']).toBe(0);
      expect(loss).toBeCloseTo(policyLoss + 0.5 * valueLoss - 0.1 * entropy, 6);
      const ratios = [Math.exp(logs[0]! + 0.5), Math.exp(logs[3]! + 0.9)];
      const divergence = ratios.reduce((sum, ratio) => sum + ratio - 1 - Math.log(ratio), 0) / 2;
      expect(parts['approximateKl']).toBeCloseTo(divergence, 6);
      expect(parts['clipFraction']).toBe(ratios.filter((ratio) => Math.abs(ratio - 1) > 0.2).length / 2);
    }
  });

  it('has no gradient where the ratio is clipped, and pushes a good action up elsewhere', async () => {
    const near = await evaluate([0, 0, 0, 0, 0], { old: [-Math.LN2, -Math.LN2, 0] });
    // −E[ρ Â] at ρ = 1: −½ (1 − π) for the good action, +½ (1 − π) for the bad one.
    expect(near.logits).toEqual([-0.25, 0.25, -0.25, 0.25, 0].map((x) => expect.closeTo(x, 6) as unknown));
    const far = await evaluate([2, 0, 0, -2, 0], { old: [-Math.LN2, -Math.LN2, 0].map((x) => x * 3) });
    expect(far.logits.slice(0, 2)).toEqual([0, 0]);
  });
});

describe('the gradient through the safety layer', () => {
  const layer = { coefficients: { assignment: 1 }, advantage: [-1, 1, 0], acted: [1, 1, 0] };
  /** Gradient of the assignment's part alone, with respect to log π. */
  const only = async (logits: readonly number[], safety: SafetySettings): Promise<number[]> => {
    const whole = await evaluate(logits, layer, safety);
    const rest = await evaluate(logits, layer);
    return whole.logits.map((value, p) => value - rest.logits[p]!);
  };

  it('does not move where advantages cancel', async () => {
    // Executed (0 -> 0, 1 -> 1) costs 0.4 less than (0 -> 1, 1 -> 0); the first agent did badly, the second well.
    // Normalised advantages are −1 and 1: moving both costs by λ leaves their sum, and with it the assignment.
    expect(await only([0.2, 0, 0, 0.2, 0], { lambda: 5, margin: undefined })).toEqual([0, 0, 0, 0, 0]);
  });

  it('lowers the total cost of what the layer chose, by α per agent, with the margin totalCost', async () => {
    const gradient = await only([0.2, 0, 0, 0.2, 0], {
      lambda: 1,
      margin: { kind: 'totalCost', alpha: 0.5 },
    });
    const p = 1 / (1 + Math.exp(-0.2));
    // −α/n per chosen pair with respect to log π, which is −α/n (1 − p) for its logit and α/n (1 − p) for the other.
    const slope = (0.5 / 2) * (1 - p);
    const expected = [-slope, slope, slope, -slope, 0];
    expect(gradient).toEqual(expected.map((x) => expect.closeTo(x, 6) as unknown));
  });

  it('learns from a single agent that could have gone elsewhere', async () => {
    // The first agent alone acts in this loss; the advantage of a lone step is 0 after normalisation, so two blocks.
    const setting = { ...layer, action: [0, 3, 4], acted: [1, 0, 1], advantage: [-1, 0, 1] };
    const safety = { lambda: 1, margin: undefined };
    const whole = await evaluate([0.2, 0, 0, 0.2, 0], setting, safety);
    const rest = await evaluate([0.2, 0, 0, 0.2, 0], setting);
    const gradient = whole.logits.map((value, p) => value - rest.logits[p]!);
    // λ |Â| = 1 exceeds the 0.4 by which (0 -> 0, 1 -> 1) is better: y changes in four pairs, by ∓1 / (λ n).
    const p = 1 / (1 + Math.exp(-0.2));
    const expected = [1 - p + p, -(1 - p) - p, -1, 1].map((x) => (x * 1) / 2);
    expect(gradient.slice(0, 4)).toEqual(expected.map((x) => expect.closeTo(x, 6) as unknown));
  });

  it('asks for a margin between the executed action and the next with the margin pairwise', async () => {
    const setting = { ...layer, action: [0, 3, 4], acted: [1, 0, 1], advantage: [1, 0, -1] };
    const logits = [0.2, 0, 0, 0.2, 0];
    const gradientWith = async (alpha: number): Promise<number[]> => {
      const safety: SafetySettings = { lambda: 1, margin: { kind: 'pairwise', alpha } };
      const whole = await evaluate(logits, setting, safety);
      const rest = await evaluate(logits, setting);
      return whole.logits.map((value, p) => value - rest.logits[p]!);
    };
    // A good action that wins already is left alone, until it has to win by more than it does.
    expect((await gradientWith(0.1))[0]).toBeCloseTo(0, 6);
    expect((await gradientWith(0.6))[0]).toBeLessThan(-0.1);
  });
});
