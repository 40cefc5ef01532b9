import type { NdArray, Runtime, TypedArray } from '@pct/tensor';
import { interpreter } from '@pct/tensor';
import { describe, expect, it } from 'vitest';
import type { Case } from './cases.js';
import type { FloatType, Instance } from './instance.js';
import {
  convert,
  difference,
  draw,
  hasNames,
  hessianOf,
  instantiate,
  jvpOf,
  move,
  outputOf,
  replaced,
  reverseHessianOf,
  run,
  vjpOf,
} from './instance.js';
import { programsAt } from './programs.js';

export { drawArguments } from './instance.js';

/** How a suite of cases is run. */
export interface ConformanceOptions {
  /** Type of all floating point arguments. @defaultValue `'float64'` */
  readonly dtype?: 'float32' | 'float64' | undefined;
  /** Allowed error of values and first derivatives, relative to the largest element. @defaultValue `1e-6` */
  readonly tolerance?: number | undefined;
  /** Cases that the runtime cannot run, each with the reason. They must fail: one that passes is an error. */
  readonly unsupported?: Readonly<Record<string, string>> | undefined;
}

/**
 * Runs every case on a runtime: values against the independent ones, first derivatives in both modes and
 * Hessian products against central differences of the float64 interpreter, and all of it with named sizes.
 */
export function describeConformance(
  runtime: Runtime,
  cases: readonly Case[],
  options: ConformanceOptions = {},
): void {
  const { dtype = 'float64', tolerance = 1e-6, unsupported = {} } = options;
  describe(`${runtime.name}, ${dtype}`, () => {
    it.each(cases.filter(({ name }) => !(name in unsupported)))('$name', async (entry) => {
      await check(runtime, entry, dtype, tolerance);
    });
    it.each(Object.entries(unsupported))('does not run %s: %s', async (name) => {
      const entry = cases.find((candidate) => candidate.name === name);
      expect(entry, `unsupported names a case that does not exist: ${name}`).toBeDefined();
      await expect(check(runtime, entry!, dtype, tolerance)).rejects.toThrow();
    });
  });
}

/**
 * Runs the cases with every named size at 0 and at 1 on a runtime, values and derivatives, against the interpreter.
 *
 * @param unsupported - cases that the runtime refuses at size 0, each with the reason
 */
export function describeSizes(
  runtime: Runtime,
  cases: readonly Case[],
  {
    dtype = 'float64',
    tolerance = 1e-6,
    unsupported = {},
  }: Pick<ConformanceOptions, 'dtype' | 'tolerance' | 'unsupported'> = {},
): void {
  describe.each([0, 1])(`${runtime.name}, ${dtype}, named sizes of %d`, (size) => {
    it.each(cases.filter(hasNames))('$name', async (entry) => {
      const programs = await programsAt(entry, size, dtype);
      for (const { what, on, expected } of programs) {
        if (size === 0 && entry.name in unsupported) {
          await expect(on(runtime), `${what}: ${unsupported[entry.name]!}`).rejects.toThrow();
          continue;
        }
        const results = await on(runtime);
        expect(results.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
        results.forEach((array, k) => {
          expectClose(array, expected[k]!.data, tolerance, `${what}, result ${k}`);
        });
      }
    });
  });
}

async function check(runtime: Runtime, entry: Case, dtype: FloatType, tolerance: number): Promise<void> {
  const variants = hasNames(entry) ? [false, true] : [false];
  for (const named of variants) {
    const instance = instantiate(entry, dtype, named);
    const exact = instantiate(entry, 'float64', named);
    const [value] = await run(runtime, instance.fn, instance.specs, instance.args);
    if (entry.expected !== undefined)
      expectClose(
        value!,
        entry.expected(...instance.args.map(({ data }) => data)),
        tolerance,
        `value, named sizes: ${named}`,
      );
    const differentiable = entry.differentiable ?? instance.floats.length > 0;
    if (differentiable) await checkDerivatives(runtime, instance, exact, tolerance);
  }
}

async function checkDerivatives(
  runtime: Runtime,
  instance: Instance,
  exact: Instance,
  tolerance: number,
): Promise<void> {
  const [at] = await run(interpreter(), exact.fn, exact.specs, exact.args);
  const directions = instance.floats.map((i) => draw(exact.args[i]!.shape, `direction ${i}`));
  const weights = draw(at!.shape, 'weights');
  const atFloats = instance.floats.map((i) => exact.args[i]!);

  // J u against the difference of values.
  const step = 1e-4;
  const values = async (distance: number): Promise<TypedArray> => {
    const moved = replaced(exact, move(atFloats, directions, distance));
    return (await run(interpreter(), exact.fn, exact.specs, moved))[0]!.data;
  };
  const tangent = await difference(values, step);
  const pushed = await run(
    runtime,
    jvpOf(instance),
    [...instance.specs, ...instance.floats.map((i) => instance.specs[i]!)],
    [...instance.args, ...convert(directions, instance)],
  );
  expectClose(pushed[0]!, tangent, tolerance, 'jvp');

  // <Jᵀ v, u> = <v, J u> for each argument by itself.
  const outputSpec = outputOf(instance);
  const pulled = await run(
    runtime,
    vjpOf(instance),
    [...instance.specs, outputSpec],
    [...instance.args, ...convert([weights], instance)],
  );
  for (const [k, direction] of directions.entries()) {
    const alone = directions.map((other, j) =>
      j === k ? other : { ...other, data: new Float64Array(other.data.length) },
    );
    const along = await difference(async (distance) => {
      const moved = replaced(exact, move(atFloats, alone, distance));
      return (await run(interpreter(), exact.fn, exact.specs, moved))[0]!.data;
    }, step);
    const scale = Math.max(1, ...Array.from(pulled[k]!.data, Math.abs)) * Math.max(1, direction.data.length);
    expect(
      Math.abs(dot(pulled[k]!.data, direction.data) - dot(weights.data, along)),
      `vjp ${k}`,
    ).toBeLessThanOrEqual(tolerance * scale);
  }

  // H u of the weighted sum against the difference of gradients.
  const gradients = async (distance: number): Promise<TypedArray> => {
    const moved = replaced(exact, move(atFloats, directions, distance));
    const parts = await run(
      interpreter(),
      vjpOf(exact),
      [...exact.specs, outputOf(exact)],
      [...moved, weights],
    );
    return Float64Array.from(parts.flatMap(({ data }) => [...data]));
  };
  const curvature = await difference(gradients, step);
  for (const [way, hessian] of [
    ['forward over reverse', hessianOf],
    ['reverse over reverse', reverseHessianOf],
  ] as const) {
    const product = await run(
      runtime,
      hessian(instance),
      [...instance.specs, outputSpec, ...instance.floats.map((i) => instance.specs[i]!)],
      [...instance.args, ...convert([weights], instance), ...convert(directions, instance)],
    );
    const joined = Float64Array.from(product.flatMap(({ data }) => [...data]));
    expectClose(
      { data: joined, shape: [joined.length] },
      curvature,
      tolerance * 10,
      `Hessian product, ${way}`,
    );
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function expectClose(actual: NdArray, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.data.length, `${what}: number of elements`).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs).filter(Number.isFinite));
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual.data[i]!, expected[i]!];
    if (Object.is(a, e)) continue;
    expect(Math.abs(a - e), `${what}: element ${i} is ${a}, not ${e}`).toBeLessThanOrEqual(tolerance * scale);
  }
}
