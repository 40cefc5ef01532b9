import type { Axis, Case, CaseArgument } from './cases.js';
import type { NdArray, Runtime, Tensor, TensorSpec, TypedArray } from '@pct/tensor';
import { createRng } from '@pct/core';
import {
  add,
  compile,
  grad,
  hessianVectorProduct,
  interpreter,
  jvp,
  mul,
  sum,
  trace,
  vjp,
  TensorSpec as Spec,
} from '@pct/tensor';
import { describe, expect, it } from 'vitest';

/** How a suite of cases is run. */
export interface ConformanceOptions {
  /** Type of all floating point arguments. @defaultValue `'float64'` */
  readonly dtype?: 'float32' | 'float64' | undefined;
  /** Allowed error of values and first derivatives, relative to the largest element. @defaultValue `1e-6` */
  readonly tolerance?: number | undefined;
  /** Cases that the runtime cannot run, each with the reason. They must fail: one that passes is an error. */
  readonly unsupported?: Readonly<Record<string, string>> | undefined;
}

type FloatType = 'float32' | 'float64';

/** The case with its drawn arguments. */
interface Instance {
  readonly fn: (...args: Tensor[]) => Tensor;
  readonly args: readonly NdArray[];
  readonly specs: readonly TensorSpec[];
  /** Positions of the floating point arguments. */
  readonly floats: readonly number[];
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

async function check(runtime: Runtime, entry: Case, dtype: FloatType, tolerance: number): Promise<void> {
  const hasNames = entry.args.some((arg) => shapeOf(arg).some((axis) => typeof axis === 'string'));
  const variants = hasNames && entry.symbolic !== false ? [false, true] : [false];
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

/** Type of the result. */
function outputOf({ fn, specs }: Instance): TensorSpec {
  const { dtype, shape } = trace(fn, ...specs).graph.outputs[0]!.type;
  return new Spec(dtype, shape);
}

type Flat = (...args: Tensor[]) => readonly Tensor[];

function onFloats({ fn, floats }: Instance, all: readonly Tensor[]): (...args: Tensor[]) => Tensor {
  return (...placed) => fn(...all.map((arg, i) => placed[floats.indexOf(i)] ?? arg));
}

function jvpOf(instance: Instance): Flat {
  const count = instance.specs.length;
  return (...all) => {
    const args = all.slice(0, count);
    const primals = instance.floats.map((i) => args[i]!);
    return [jvp(onFloats(instance, args), primals, all.slice(count))[1]];
  };
}

function vjpOf(instance: Instance): Flat {
  const count = instance.specs.length;
  return (...all) => {
    const args = all.slice(0, count);
    const [, pull] = vjp(onFloats(instance, args), ...instance.floats.map((i) => args[i]!));
    return pull(all[count]!);
  };
}

function lossOf(instance: Instance, all: readonly Tensor[]): (primals: readonly Tensor[]) => Tensor {
  const count = instance.specs.length;
  return (primals) => sum(mul(onFloats(instance, all.slice(0, count))(...primals), all[count]!));
}

function hessianOf(instance: Instance): Flat {
  return (...all) => {
    const primals = instance.floats.map((i) => all[i]!);
    return hessianVectorProduct(lossOf(instance, all))(all.slice(instance.specs.length + 1), primals);
  };
}

/** Gradient of <gradient, u>: the derivative rules of the derivative rules. */
function reverseHessianOf(instance: Instance): Flat {
  return (...all) => {
    const directions = all.slice(instance.specs.length + 1);
    const slope = (primals: readonly Tensor[]): Tensor =>
      grad(lossOf(instance, all))(primals)
        .map((part, i) => sum(mul(part, directions[i]!)))
        .reduce((a, b) => add(a, b));
    return grad(slope)(instance.floats.map((i) => all[i]!));
  };
}

async function run(
  runtime: Runtime,
  fn: (...args: Tensor[]) => Tensor | readonly Tensor[],
  specs: readonly TensorSpec[],
  args: readonly NdArray[],
): Promise<readonly NdArray[]> {
  const list = (...tensors: Tensor[]): readonly Tensor[] => {
    const result = fn(...tensors);
    return Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
  };
  const program = await compile(list, specs, { runtime });
  try {
    return await program.run(...args);
  } finally {
    await program.dispose();
  }
}

/** Arguments of a case in float64 and their declared types, with named sizes. */
export function drawArguments(entry: Case): Pick<Instance, 'args' | 'specs'> {
  return instantiate(entry, 'float64', entry.symbolic !== false);
}

function shapeOf(arg: CaseArgument | readonly Axis[]): readonly Axis[] {
  return 'shape' in arg ? arg.shape : arg;
}

function instantiate(entry: Case, float: FloatType, named: boolean): Instance {
  const args: NdArray[] = [];
  const specs: TensorSpec[] = [];
  const floats: number[] = [];
  entry.args.forEach((given, i) => {
    const {
      values,
      domain = 'normal',
      dtype = 'float',
    }: CaseArgument = 'shape' in given ? given : { shape: given };
    const axes = shapeOf(given);
    const shape = axes.map((axis) => (typeof axis === 'number' ? axis : Number(axis.split('=')[1])));
    const spec = axes.map((axis, k) => (named && typeof axis === 'string' ? axis.split('=')[0]! : shape[k]!));
    const drawn = draw(shape, `${entry.name} ${i}`, domain).data;
    const elements = values ?? drawn;
    if (dtype === 'float') floats.push(i);
    specs.push(new Spec(dtype === 'float' ? float : dtype, spec));
    const data =
      dtype === 'int32'
        ? Int32Array.from(elements)
        : dtype === 'bool'
          ? Uint8Array.from(elements)
          : float === 'float32'
            ? Float32Array.from(elements)
            : Float64Array.from(elements);
    args.push({ data, shape });
  });
  return { fn: entry.fn, args, specs, floats };
}

/** Seeded numbers; float32 holds all of them exactly, so that every runtime starts from the same ones. */
function draw(shape: readonly number[], seed: string, domain: CaseArgument['domain'] = 'normal'): NdArray {
  const rng = createRng(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float64Array.from({ length: size }, () =>
    Math.fround(
      domain === 'normal'
        ? rng.normal()
        : domain === 'positive'
          ? rng.uniform(0.5, 2.5)
          : rng.uniform(-0.9, 0.9),
    ),
  );
  return { data, shape: [...shape] };
}

function convert(arrays: readonly NdArray[], { specs, floats }: Instance): NdArray[] {
  const narrow = specs[floats[0]!]!.dtype === 'float32';
  return arrays.map(({ data, shape }) => ({ data: narrow ? Float32Array.from(data) : data, shape }));
}

function move(at: readonly NdArray[], directions: readonly NdArray[], distance: number): NdArray[] {
  return at.map(({ data, shape }, i) => ({
    data: Float64Array.from(data, (x, k) => x + distance * directions[i]!.data[k]!),
    shape,
  }));
}

function replaced({ args, floats }: Instance, moved: readonly NdArray[]): NdArray[] {
  return args.map((arg, i) => moved[floats.indexOf(i)] ?? arg);
}

/** Fourth order central difference at 0. */
async function difference(fn: (distance: number) => Promise<TypedArray>, h: number): Promise<Float64Array> {
  const [a, b, c, d] = [await fn(-2 * h), await fn(-h), await fn(h), await fn(2 * h)];
  return Float64Array.from(a, (_, i) => (a[i]! - 8 * b[i]! + 8 * c[i]! - d[i]!) / (12 * h));
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
