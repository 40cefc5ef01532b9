import {
  createM7,
  createResult,
  createState,
  stateFromCells,
  type M7Options,
  type M7Result,
} from '@climate/m7-emulator/m7';
import { InvalidArgumentError, ShapeError } from '@pct/core';
import { describe, expect, it } from 'vitest';

const air = { pressure: 9e4, temperature: 280, relativeHumidity: 0.6 };

function expectRefused(
  call: () => unknown,
  words: RegExp,
  error: new (message: string) => Error = InvalidArgumentError,
) {
  expect(call).toThrow(error);
  expect(call).toThrow(words);
}

describe('step refuses', () => {
  const model = createM7();
  const cells = () => stateFromCells([{ h2so4: 1 }, { SO4: { KS: 1e8 }, number: { KS: 100 } }]);

  it.each([NaN, -1, Infinity])('a state with %d, and says where', (value) => {
    const state = cells();
    state.mass[1 * 2 + 1] = value;
    expectRefused(
      () => model.step(state, air, 450),
      new RegExp(`step: mass of SO4_KS in cell 1 .*got ${value};`),
    );
    const other = cells();
    other.number[6 * 2] = value;
    expectRefused(() => model.step(other, air, 450), /number of CI in cell 0 must be finite and at least 0/);
    const gas = cells();
    gas.h2so4[0] = value;
    expectRefused(() => model.step(gas, air, 450), /h2so4 in cell 0/);
  });

  it.each([
    [{ pressure: 0 }, /meteorology\.pressure in cell 0 must be finite and above 0 Pa, got 0/],
    [{ pressure: Float64Array.of(1e5, -1) }, /meteorology\.pressure in cell 1 .* got -1/],
    [{ temperature: NaN }, /meteorology\.temperature in cell 0 .* above 0 K, got NaN/],
    [{ relativeHumidity: 1.2 }, /meteorology\.relativeHumidity in cell 0 .* from 0 to 1, got 1\.2/],
    [{ cloudCover: -0.1 }, /meteorology\.cloudCover in cell 0/],
    [{ h2so4Production: -5 }, /meteorology\.h2so4Production in cell 0 .* at least 0, got -5/],
    [{ ionPairRate: Infinity }, /meteorology\.ionPairRate in cell 0/],
  ])('air with %o', (change, words) => {
    expectRefused(() => model.step(cells(), { ...air, ...change }, 450), words);
  });

  it.each([0, -1, NaN, Infinity])('a step of %d s', (dt) => {
    expectRefused(() => model.step(cells(), air, dt), /step: dt must be a finite number above 0/);
  });

  it('arrays of another size or type', () => {
    const state = cells();
    expectRefused(
      () => model.step({ ...state, mass: new Float64Array(3) }, air, 450),
      /step: state\.mass must be a Float64Array of 18 x 2 numbers, got 3 numbers/,
      ShapeError,
    );
    expectRefused(
      () => model.step(state, air, 450, { out: createResult(3) }),
      /step: out\.h2so4/,
      ShapeError,
    );
    expectRefused(
      () => model.step(state, air, 450, { out: { ...createResult(2), water: new Float64Array(2) } }),
      /step: out\.water must be a Float64Array of 7 x 2 numbers, got 2 numbers/,
      ShapeError,
    );
    expectRefused(
      () => model.step(state, air, 450, { out: createState(2) as unknown as M7Result }),
      /step: out\.wetRadius .* got undefined/,
      ShapeError,
    );
    expectRefused(
      () => model.step(state, { ...air, pressure: new Float64Array(3) }, 450),
      /meteorology\.pressure must have one value for each of 2 cells, got 3/,
      ShapeError,
    );
    const { pressure: _, ...airless } = air;
    expectRefused(
      () => model.step(state, airless as typeof air, 450),
      /meteorology\.pressure must be a number or a Float64Array, got nothing/,
    );
  });
});

describe("onInvalid: 'clamp'", () => {
  it('clamps and counts', () => {
    const state = createState(2);
    state.number.set([-1, NaN]);
    state.mass.set([Infinity], 3);
    const model = createM7({ onInvalid: 'clamp' });
    const result = model.step(
      state,
      { ...air, relativeHumidity: Float64Array.of(1.5, NaN), pressure: 0 },
      450,
    );
    expect(result.clamped).toBe(7);
    const same = model.step(
      createState(2),
      { ...air, relativeHumidity: Float64Array.of(1, 0), pressure: 1e5 },
      450,
    );
    expect(same.clamped).toBe(0);
    expect({ ...result, clamped: 0 }).toEqual(same);
  });
});

describe('states beyond float64', () => {
  it('come back as they came, and are counted', () => {
    const state = stateFromCells([
      { SO4: { AS: 1e308, CS: 1e308 }, h2so4: 1e308, number: { AS: 1e300 } },
      { SO4: { KS: 1e8 }, h2so4: 1e6, number: { KS: 100 } },
    ]);
    const model = createM7();
    const result = model.step(state, air, 450);
    expect(result.unresolved).toBe(1);
    expect(result.mass[2 * 2]).toBe(1e308);
    expect(result.wetRadius[2 * 2]).toBe(0);
    expect(result.h2so4[1]).toBeLessThan(1e6);
    expect(model.step(state, air, 450, { out: result }).unresolved).toBe(1);
  });
});

describe('createM7 refuses', () => {
  it.each([
    [{ variant: 'ham3' }, /createM7: variant must be one of "ham2", "classic", got "ham3"/],
    [{ water: 'none' }, /createM7: water/],
    [{ nucleation: 'vehk' }, /createM7: nucleation/],
    [{ organicNucleation: true }, /createM7: organicNucleation/],
    [{ onInvalid: 'ignore' }, /createM7: onInvalid/],
    [{ seaSaltKappa: -1 }, /createM7: seaSaltKappa must be a finite number from 0 to 2, got -1/],
    [{ processes: { rain: false } }, /createM7: a name in processes must be one of "water"/],
    [{ processes: { water: true } }, /createM7: processes\.water must be a function or false, got boolean/],
  ])('%o', (options, words) => {
    expectRefused(() => createM7(options as unknown as M7Options), words);
  });
});

describe('stateFromCells refuses', () => {
  it('names that M7 does not have', () => {
    expectRefused(
      () => stateFromCells([{ SS: { KI: 1 } } as object]),
      /stateFromCells: cell 0 has SS\.KI; M7 has number and SO4, BC/,
    );
    expectRefused(() => stateFromCells([{ number: { XX: 1 } } as object]), /cell 0 has number\.XX/);
  });

  it('groups that M7 does not have, and groups that are numbers', () => {
    expectRefused(
      () => stateFromCells([{ H2SO4: 1e6 } as object]),
      /stateFromCells: cell 0 has H2SO4; expected h2so4, number, SO4/,
    );
    expectRefused(
      () => stateFromCells([{ SO4: 1e9 } as object]),
      /SO4 of cell 0 must have one entry per mode.* got number/,
    );
  });

  it('what is no number', () => {
    expectRefused(
      () => stateFromCells([{}, { h2so4: NaN }]),
      /h2so4 of cell 1 must be a finite number, got NaN/,
    );
  });
});
