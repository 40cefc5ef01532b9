import {
  daysOfSplit,
  edgeNames,
  generatePairs,
  type GeneratePairsOptions,
  inputIndex,
  massGroups,
  type PairChunk,
  pairOutputs,
  pairStatistics,
  regimeNames,
  stateOfRows,
} from '@climate/m7-emulator/data';
import { createM7 } from '@climate/m7-emulator/m7';
import { type Executor, inlineExecutor, InvalidArgumentError, type Progress } from '@pct/core';
import { threadExecutor } from '@pct/core/node';
import { describe, expect, it } from 'vitest';

/** All chunks as one. */
async function pairs(options: GeneratePairsOptions): Promise<PairChunk> {
  const chunks: PairChunk[] = [];
  for await (const chunk of generatePairs(options)) chunks.push(chunk);
  const whole = <A extends Float64Array | Uint8Array>(part: (chunk: PairChunk) => A): A => {
    const parts = chunks.map(part);
    const Type = parts[0]!.constructor as new (length: number) => A;
    const joined = new Type(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const one of parts) {
      joined.set(one, at);
      at += one.length;
    }
    return joined;
  };
  return {
    first: chunks[0]!.first,
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    inputs: whole(({ inputs }) => inputs),
    outputs: whole(({ outputs }) => outputs),
    regimes: whole(({ regimes }) => regimes),
    edges: whole(({ edges }) => edges),
    unresolved: chunks.reduce((sum, { unresolved }) => sum + unresolved, 0),
  };
}

/** Inputs of one column. */
const column = ({ inputs, rows }: PairChunk, name: Parameters<typeof inputIndex>[0]): number[] =>
  Array.from({ length: rows }, (_, row) => inputs[row * 32 + inputIndex(name)]!);

const plain: GeneratePairsOptions = { rows: 2500, seed: 11 };

describe('generatePairs', () => {
  it('gives row n the same values however it comes about', async () => {
    const whole = await pairs({ rows: 60, seed: 5 });
    expect(whole.rows).toBe(60);
    expect(await pairs({ rows: 60, seed: 5, chunkRows: 7 })).toEqual(whole);
    const late = await pairs({ rows: 20, seed: 5, firstRow: 40, chunkRows: 9 });
    expect(late.first).toBe(40);
    expect(late.inputs).toEqual(whole.inputs.subarray(40 * 32));
    expect(late.outputs).toEqual(whole.outputs.subarray(40 * 28));
  });

  it('in the order of rows also from executors that finish in another one', async () => {
    const backwards: Executor = {
      async *map(task, inputs, options) {
        const all = [];
        for await (const result of inlineExecutor().map(task, inputs, options)) all.push(result);
        yield* all.reverse();
      },
      close: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    expect(await pairs({ rows: 40, chunkRows: 9, executor: backwards })).toEqual(await pairs({ rows: 40 }));
  });

  it.runIf(process.env['TEST_BUILT'])(
    'the same from two threads (against built files only: worker threads of Node 20 do not load TypeScript)',
    async () => {
      const executor = threadExecutor({ threads: 2 });
      try {
        expect(await pairs({ rows: 90, chunkRows: 8, executor })).toEqual(await pairs({ rows: 90 }));
      } finally {
        await executor.close();
      }
    },
  );

  it('other cells for another seed or part, on other days', async () => {
    const some = { rows: 300, spinUp: 0 } as const;
    const sets = await Promise.all([
      pairs({ ...some, seed: 1 }),
      pairs({ ...some, seed: 2 }),
      pairs({ ...some, seed: 1, split: 'validation' }),
      pairs({ ...some, seed: 1, split: 'test' }),
    ]);
    const pressures = new Set(sets.flatMap((set) => column(set, 'pressure')));
    expect(pressures.size).toBe(4 * 300);
    const days = Object.values(daysOfSplit).flat();
    expect(new Set(days).size).toBe(days.length);
  });

  it('outputs are a step of the box model from the inputs', async () => {
    const { inputs, outputs } = await pairs({ rows: 200, seed: 2 });
    const { state, meteorology } = stateOfRows(inputs);
    const m7 = createM7({ variant: 'ham2', water: 'kappa', organicNucleation: 'activation' });
    const after = m7.step(state, meteorology, 450);
    for (let row = 0; row < 200; row++) {
      const number = after.number[1 * 200 + row]!;
      expect(Math.abs(outputs[row * 28 + 18]! - number)).toBeLessThanOrEqual(1e-6 * number);
      expect(outputs[row * 28 + 26]! / after.water[2 * 200 + row]! || 1).toBeCloseTo(1, 6);
    }
  });

  it('keeps the mass of every species, and the signs that M7 allows', async () => {
    const all = await pairs(plain);
    const { imbalance, wrongSigns } = await pairStatistics([all]);
    for (const species of Object.keys(massGroups) as (keyof typeof massGroups)[]) {
      expect(imbalance[species]).toBeLessThan(1e-14);
    }
    expect(wrongSigns).toEqual(pairOutputs.map(() => 0));
    expect(all.unresolved).toBe(0);
    expect(all.inputs.every((value) => value >= 0 && value < Infinity)).toBe(true);
    expect(all.outputs.every((value) => value >= 0 && value < Infinity)).toBe(true);
  });

  it('has every regime in its share, and edge cases', async () => {
    const { regimes, edges } = await pairs({ ...plain, spinUp: 0 });
    const share = (name: (typeof regimeNames)[number]) =>
      regimes.filter((regime) => regimeNames[regime] === name).length / regimes.length;
    expect(new Set(regimes).size).toBe(regimeNames.length);
    expect(share('upperTroposphere')).toBeCloseTo(0.24, 1);
    expect(share('smoke')).toBeLessThan(0.02);
    const odd = edges.filter((edge) => edge > 0);
    expect(odd.length / edges.length).toBeGreaterThan(0.03);
    expect(odd.length / edges.length).toBeLessThan(0.07);
  });

  it('edge cases are what they are called', async () => {
    const all = await pairs({ rows: 1000, edgeShare: 1, spinUp: 1 });
    const rowsOf = (name: (typeof edgeNames)[number]) =>
      [...all.edges.keys()].filter((row) => edgeNames[all.edges[row]!] === name);
    for (const name of edgeNames.slice(1)) expect(rowsOf(name).length).toBeGreaterThan(50);
    expect(rowsOf('none')).toEqual([]);
    const inputsOf = (row: number) => all.inputs.subarray(row * 32, row * 32 + 32);
    const every = (edge: (typeof edgeNames)[number], holds: (row: Float64Array) => boolean) =>
      expect(rowsOf(edge).filter((row) => !holds(inputsOf(row)))).toEqual([]);
    every('noParticles', (row) => row.subarray(9).every((value) => value === 0));
    every('missingMode', (row) => row.subarray(25).includes(0));
    every('noGas', (row) => row[inputIndex('h2so4')] === 0);
    every('dry', (row) => row[inputIndex('relativeHumidity')] === 0);
    every('saturated', (row) => row[inputIndex('relativeHumidity')] === 1);
    every('overcast', (row) => row[inputIndex('cloudCover')] === 1);
    every('strongProduction', (row) => row[inputIndex('h2so4')]! >= 1e4 * 450);
  });

  it('leaves out what has no weight, and puts salt in when asked', async () => {
    const marine = Object.fromEntries(regimeNames.map((name) => [name, name === 'marine' ? 1 : 0]));
    const options = { rows: 40, weights: marine, edgeShare: 0, seed: 4 } as const;
    const without = await pairs(options);
    expect(new Set(without.regimes)).toEqual(new Set([regimeNames.indexOf('marine')]));
    const salty = await pairs({ ...options, seaSalt: true });
    // Salt takes up water in CS.
    const water = ({ outputs }: PairChunk) => outputs.filter((_, at) => at % 28 === 27);
    water(salty).forEach((value, row) => expect(value).toBeGreaterThan(water(without)[row]!));
  });

  it('spins up: the first step of raw states moves far more carbon than the ninth', async () => {
    const change = async (spinUp: number) =>
      (await pairStatistics([await pairs({ rows: 600, seed: 3, edgeShare: 0, spinUp })])).asinhSd.OC;
    expect(await change(8)).toBeLessThan(0.5 * (await change(0)));
  });

  it('reports progress, and stops', async () => {
    const seen: Progress[] = [];
    await pairs({ rows: 30, chunkRows: 10, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({ done: 30, total: 30 });
    const stop = new AbortController();
    const stopped = (async () => {
      for await (const { rows } of generatePairs({ rows: 1e9, chunkRows: 10, signal: stop.signal })) {
        stop.abort(new Error(`enough after ${rows}`));
      }
    })();
    await expect(stopped).rejects.toThrow('enough after 10');
  });

  it.each<[Partial<GeneratePairsOptions> | object, string]>([
    [{ rows: 0 }, 'generatePairs: rows must be an integer'],
    [
      { split: 'training' },
      'generatePairs: split must be one of "train", "validation", "test", got "training"',
    ],
    [{ weights: { desert: 1 } }, 'generatePairs: a name in weights must be one of "lowerStratosphere"'],
    [{ weights: { dust: -1 } }, 'generatePairs: weights.dust must be finite and at least 0, got -1'],
    [{ weights: Object.fromEntries(regimeNames.map((name) => [name, 0])) }, 'must have one above 0'],
    [{ edgeShare: 2 }, 'generatePairs: edgeShare must be a probability'],
    [{ spinUp: -1 }, 'generatePairs: spinUp must be'],
    [{ dt: NaN }, 'generatePairs: dt must be'],
    [{ seed: 0.5 }, 'generatePairs: seed must be'],
    [{ m7: { nucleation: () => undefined } }, 'm7 must be made of names and numbers, got a function'],
    [{ m7: { variant: 'm8' } }, 'createM7: variant'],
  ])('refuses %j', (options, message) => {
    const call = () => generatePairs({ rows: 10, ...options });
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow(message);
  });
});
