import { createRng, InvalidArgumentError } from '@pct/core';
import { float64, grad, interpret, mean, mul, square, trace, type NdArray, type Tensor } from '@pct/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  completionOutput,
  correctionOutput,
  logOutput,
  type OutputLayer,
  outputLayerNames,
  processOutput,
  projectionOutput,
  standardOutput,
  targetScaling,
  trainEmulator,
  transferOutput,
} from '@climate/m7-emulator';
import {
  conservedSpecies,
  inputCount,
  massGroups,
  outputCount,
  outputIndex,
  pairOutputs,
  stateOffset,
} from '../../src/data/columns.js';
import { massMoves, numberMoves } from '../../src/emulator/outputs/moves.js';
import { outputNames } from '../../src/data/columns.js';
import { randomPairs, valuesOf, wildInputs, wildScaling } from './support.js';

const exact: readonly OutputLayer[] = [projectionOutput, transferOutput, processOutput];

/** Largest |Σ after − Σ before| / Σ before over rows and species. */
function worstMass(inputs: Float64Array, values: Float64Array): number {
  let worst = 0;
  for (let row = 0; row < inputs.length / inputCount; row++) {
    for (const species of conservedSpecies) {
      let [old, now] = [0, 0];
      for (const output of massGroups[species]) {
        old += inputs[row * inputCount + stateOffset + output]!;
        now += values[row * outputCount + output]!;
      }
      worst = Math.max(worst, old === 0 ? Math.abs(now) : Math.abs(now - old) / old);
    }
  }
  return worst;
}

function changesOf(inputs: Float64Array, values: Float64Array): Float64Array {
  return values.map((value, at) => {
    const [row, output] = [Math.floor(at / outputCount), at % outputCount];
    return output < 24 ? value - inputs[row * inputCount + stateOffset + output]! : value;
  });
}

describe.each(exact.map((layer) => [layer.name, layer] as const))('the constraint %s', (_, layer) => {
  it('keeps mass to 1e-12, and everything at 0 or above, whatever the network says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.constantFrom(1, 30, 1e4),
        fc.constantFrom(1e-6, 1, 1e12),
        async (seed, size, deviation) => {
          const rng = createRng(seed);
          const inputs = wildInputs(rng, 5);
          const raw = rng.fillNormal(new Float64Array(5 * layer.width), 0, size);
          const values = await valuesOf(layer, raw, inputs, wildScaling(deviation));
          expect(worstMass(inputs, values)).toBeLessThan(1e-12);
          expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
          expect(values.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('lets no number of KI, AI, CI rise, and that of CS not fall', async () => {
    const rng = createRng(3);
    const inputs = wildInputs(rng, 40);
    const raw = rng.fillNormal(new Float64Array(40 * layer.width), 0, 5);
    const changes = changesOf(inputs, await valuesOf(layer, raw, inputs, wildScaling(10)));
    for (const { index, kind, sign } of pairOutputs) {
      if (kind !== 'number' || sign === 0) continue;
      for (let row = 0; row < 40; row++) {
        expect(sign * changes[row * outputCount + index]!).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('counts negative inputs as 0', async () => {
    const rng = createRng(4);
    const inputs = wildInputs(rng, 6);
    const negative = inputs.map((value, at) => (value === 0 && at % inputCount >= 8 ? -1 : value));
    const raw = rng.fillNormal(new Float64Array(6 * layer.width));
    const values = await valuesOf(layer, raw, inputs, wildScaling(1));
    const others = await valuesOf(layer, raw, negative, wildScaling(1));
    others.forEach((value, at) =>
      expect(Math.abs(value - values[at]!)).toBeLessThanOrEqual(1e-12 * values[at]!),
    );
  });
});

describe('the derivatives of output layers', () => {
  const layers = [
    ...[standardOutput, completionOutput, correctionOutput],
    ...[projectionOutput, transferOutput, processOutput],
  ];
  it.each(layers.map((layer) => [layer.name, layer] as const))(
    '%s agrees with central differences',
    (_, layer) => {
      const rng = createRng(11);
      const rows = 3;
      const inputs = { data: wildInputs(rng, rows), shape: [rows, inputCount] };
      for (let at = 0; at < inputs.data.length; at++) {
        if (at % inputCount >= 8) inputs.data[at] = rng.uniform(0.5, 2);
      }
      const raw = {
        data: rng.fillNormal(new Float64Array(rows * layer.width), 0, 0.3),
        shape: [rows, layer.width],
      };
      const weights: NdArray = { data: rng.fillNormal(new Float64Array(outputCount)), shape: [outputCount] };
      const scaling = wildScaling(1);
      const score = (numbers: Tensor, x: Tensor, w: Tensor): Tensor =>
        mean(mul(square(layer.values(numbers, x, scaling, 450)), w));
      const specs = [float64('b', layer.width), float64('b', inputCount), float64(outputCount)] as const;
      const [gradient] = interpret(trace(grad(score), ...specs).graph, [raw, inputs, weights]);
      const { graph } = trace(score, ...specs);
      const at = (k: number, by: number): number => {
        const data = raw.data.slice();
        data[k]! += by;
        return interpret(graph, [{ ...raw, data }, inputs, weights])[0]!.data[0]!;
      };
      for (let k = 0; k < raw.data.length; k++) {
        const difference = (at(k, 1e-5) - at(k, -1e-5)) / 2e-5;
        expect(Math.abs(difference - gradient!.data[k]!)).toBeLessThan(1e-7 + 1e-6 * Math.abs(difference));
      }
    },
  );
});

describe('the projection', () => {
  it('leaves alone what is right already', async () => {
    const { inputs, outputs } = randomPairs(1, 20);
    const scaling = targetScaling({ inputs, outputs });
    const raw = changesOf(inputs as Float64Array, outputs).map((change, at) => {
      const output = at % outputCount;
      return (change - scaling.mean[output]!) / scaling.deviation[output]!;
    });
    const values = await valuesOf(projectionOutput, raw, inputs as Float64Array, scaling);
    values.forEach((value, at) => {
      const scale = scaling.deviation[at % outputCount]!;
      expect(Math.abs(value - outputs[at]!)).toBeLessThan(1e-9 * scale + 1e-9 * outputs[at]!);
    });
  });

  it('is the nearest point: none of many others is nearer', async () => {
    const rng = createRng(8);
    const inputs = wildInputs(rng, 1);
    for (const output of massGroups.SO4) inputs[stateOffset + output] = rng.uniform(0.1, 1);
    const scaling = wildScaling(1);
    massGroups.SO4.forEach((output, k) => (scaling.deviation[output] = 0.3 + 0.3 * k));
    const raw = rng.fillNormal(new Float64Array(outputCount), 0, 2);
    const values = await valuesOf(projectionOutput, raw, inputs, scaling);
    const total = massGroups.SO4.reduce((sum, output) => sum + inputs[stateOffset + output]!, 0);
    const cost = (z: readonly number[]): number =>
      massGroups.SO4.reduce((sum, output, k) => {
        const wanted = inputs[stateOffset + output]! + raw[output]! * scaling.deviation[output]!;
        return sum + ((z[k]! - wanted) / scaling.deviation[output]!) ** 2;
      }, 0);
    const best = cost(massGroups.SO4.map((output) => values[output]!));
    for (let trial = 0; trial < 2000; trial++) {
      const shares = massGroups.SO4.map(() => (rng.uniform() < 0.4 ? 0 : rng.exponential()));
      const sum = shares.reduce((a, b) => a + b, 0) || 1;
      expect(cost(shares.map((share) => (share / sum) * total))).toBeGreaterThanOrEqual(best - 1e-12);
    }
  });
});

describe('the transfer', () => {
  it('has the moves of M7 and no others', () => {
    const named = massMoves.map(({ from, to }) => `${outputNames[from]!}>${outputNames[to!]!}`);
    expect(named).toHaveLength(26);
    expect(named).toContain('h2so4>SO4_NS');
    expect(named).toContain('BC_KI>BC_KS');
    expect(named).not.toContain('SO4_KS>SO4_NS');
    expect(numberMoves).toHaveLength(12);
  });

  it('can say what M7 says: masses that fall and rise where its do', async () => {
    const { inputs } = randomPairs(2, 30);
    const rng = createRng(5);
    const raw = rng.fillNormal(new Float64Array(30 * transferOutput.width));
    const values = await valuesOf(transferOutput, raw, inputs as Float64Array, wildScaling(1));
    const changes = changesOf(inputs as Float64Array, values);
    for (const { index, sign } of pairOutputs) {
      for (let row = 0; row < 30; row++) {
        if (sign !== 0) expect(sign * changes[row * outputCount + index]!).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('makes at most one particle per molecule of the gas', async () => {
    const rng = createRng(6);
    const inputs = wildInputs(rng, 20);
    for (let row = 0; row < 20; row++) inputs[row * inputCount + 25] = 0;
    const raw = new Float64Array(20 * transferOutput.width).fill(30);
    const values = await valuesOf(transferOutput, raw, inputs, wildScaling(1));
    for (let row = 0; row < 20; row++) {
      const born = values[row * outputCount + outputIndex('n_NS')]!;
      expect(born).toBeLessThanOrEqual(inputs[row * inputCount + 8]!);
    }
  });
});

describe('the layers of the paper', () => {
  it('completion closes each species and leaves the other changes as they are', async () => {
    const rng = createRng(7);
    const inputs = wildInputs(rng, 8).map((value, at) => (at % inputCount < 8 ? value : Math.min(value, 1)));
    const raw = rng.fillNormal(new Float64Array(8 * outputCount));
    const free = await valuesOf(standardOutput, raw, inputs, wildScaling(0.1));
    const closed = await valuesOf(completionOutput, raw, inputs, wildScaling(0.1));
    const changes = changesOf(inputs, closed);
    for (let row = 0; row < 8; row++) {
      for (const species of conservedSpecies) {
        const sum = massGroups[species].reduce((total, k) => total + changes[row * outputCount + k]!, 0);
        expect(Math.abs(sum)).toBeLessThan(1e-14);
      }
      for (let output = 0; output < outputCount; output++) {
        if (![4, 7, 11, 13].includes(output)) {
          expect(closed[row * outputCount + output]).toBe(free[row * outputCount + output]);
        }
      }
    }
  });

  it('correction puts 0 in the place of negative values', async () => {
    const rng = createRng(9);
    const inputs = wildInputs(rng, 8);
    const raw = rng.fillNormal(new Float64Array(8 * outputCount));
    const free = await valuesOf(standardOutput, raw, inputs, wildScaling(1));
    const corrected = await valuesOf(correctionOutput, raw, inputs, wildScaling(1));
    expect(corrected).toEqual(free.map((value) => Math.max(0, value)));
    expect(Math.min(...free)).toBeLessThan(0);
  });

  it('log gives fixed signs where M7 has them, and those of the classifier elsewhere', async () => {
    const inputs = new Float64Array(inputCount);
    const raw = new Float64Array(logOutput.width);
    raw.fill(-1, outputCount, outputCount + 5).fill(1, outputCount + 5);
    const values = await valuesOf(logOutput, raw, inputs, wildScaling(1));
    const open = pairOutputs.filter(({ sign }) => sign === 0).map(({ index }) => index);
    expect(open).toEqual([1, 2, 3, 5, 6, 9, 10, 13, 17, 18, 19]);
    const signs = Array.from(values, Math.sign);
    pairOutputs.forEach(({ sign, index }) => {
      if (sign !== 0) expect(signs[index]).toBe(sign);
    });
    expect(open.map((output) => signs[output])).toEqual([-1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1]);
    expect(Math.abs(values[0]!)).toBeCloseTo(1, 7);
  });
});

describe('choosing an output layer', () => {
  it('names those that there are', async () => {
    const pairs = randomPairs(1, 4);
    const choice = trainEmulator(pairs, { output: 'transfers' as never });
    await expect(choice).rejects.toThrow(InvalidArgumentError);
    await expect(choice).rejects.toThrow(`one of ${outputLayerNames.join(', ')}`);
    await expect(trainEmulator(pairs, { output: { name: 'mine' } as never })).rejects.toThrow(
      'a width of at least 1 and a function values',
    );
  });
});
