/** A case with drawn arguments, and the programs that its derivatives are: nothing here needs a test runner. */
import type { Axis, Case, CaseArgument } from './cases.js';
import type { NdArray, Runtime, Tensor, TensorSpec, TypedArray } from '@pct/tensor';
import { createRng } from '@pct/core';
import {
  add,
  compile,
  grad,
  hessianVectorProduct,
  jvp,
  mul,
  sum,
  trace,
  vjp,
  TensorSpec as Spec,
} from '@pct/tensor';

/** Type of all floating point arguments. */
export type FloatType = 'float32' | 'float64';

/** The case with its drawn arguments. */
export interface Instance {
  readonly fn: (...args: Tensor[]) => Tensor;
  readonly args: readonly NdArray[];
  readonly specs: readonly TensorSpec[];
  /** Positions of the floating point arguments. */
  readonly floats: readonly number[];
}

/** Type of the result. */
export function outputOf({ fn, specs }: Instance): TensorSpec {
  const { dtype, shape } = trace(fn, ...specs).graph.outputs[0]!.type;
  return new Spec(dtype, shape);
}

type Flat = (...args: Tensor[]) => readonly Tensor[];

function onFloats({ fn, floats }: Instance, all: readonly Tensor[]): (...args: Tensor[]) => Tensor {
  return (...placed) => fn(...all.map((arg, i) => placed[floats.indexOf(i)] ?? arg));
}

export function jvpOf(instance: Instance): Flat {
  const count = instance.specs.length;
  return (...all) => {
    const args = all.slice(0, count);
    const primals = instance.floats.map((i) => args[i]!);
    return [jvp(onFloats(instance, args), primals, all.slice(count))[1]];
  };
}

export function vjpOf(instance: Instance): Flat {
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

export function hessianOf(instance: Instance): Flat {
  return (...all) => {
    const primals = instance.floats.map((i) => all[i]!);
    return hessianVectorProduct(lossOf(instance, all))(all.slice(instance.specs.length + 1), primals);
  };
}

/** Gradient of <gradient, u>: the derivative rules of the derivative rules. */
export function reverseHessianOf(instance: Instance): Flat {
  return (...all) => {
    const directions = all.slice(instance.specs.length + 1);
    const slope = (primals: readonly Tensor[]): Tensor =>
      grad(lossOf(instance, all))(primals)
        .map((part, i) => sum(mul(part, directions[i]!)))
        .reduce((a, b) => add(a, b));
    return grad(slope)(instance.floats.map((i) => all[i]!));
  };
}

/** Compiles a function and runs it once. */
export async function run(
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

/** Whether a case is also tried with named sizes. */
export function hasNames({ args, symbolic }: Case): boolean {
  return symbolic !== false && args.some((arg) => shapeOf(arg).some((axis) => typeof axis === 'string'));
}

function shapeOf(arg: CaseArgument | readonly Axis[]): readonly Axis[] {
  return 'shape' in arg ? arg.shape : arg;
}

/**
 * Draws the arguments of a case.
 *
 * @param named - whether sizes that may be named are declared as names
 * @param size - what those sizes are in place of the case's own
 */
export function instantiate(entry: Case, float: FloatType, named: boolean, size?: number): Instance {
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
    const shape = axes.map((axis) =>
      typeof axis === 'number' ? axis : (size ?? Number(axis.split('=')[1])),
    );
    const spec = axes.map((axis, k) => (named && typeof axis === 'string' ? axis.split('=')[0]! : shape[k]!));
    const drawn = draw(shape, `${entry.name} ${i}`, domain).data;
    const elements = values?.slice(0, drawn.length) ?? drawn;
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
export function draw(
  shape: readonly number[],
  seed: string,
  domain: CaseArgument['domain'] = 'normal',
): NdArray {
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

export function convert(arrays: readonly NdArray[], { specs, floats }: Instance): NdArray[] {
  const narrow = specs[floats[0]!]!.dtype === 'float32';
  return arrays.map(({ data, shape }) => ({ data: narrow ? Float32Array.from(data) : data, shape }));
}

export function move(at: readonly NdArray[], directions: readonly NdArray[], distance: number): NdArray[] {
  return at.map(({ data, shape }, i) => ({
    data: Float64Array.from(data, (x, k) => x + distance * directions[i]!.data[k]!),
    shape,
  }));
}

export function replaced({ args, floats }: Instance, moved: readonly NdArray[]): NdArray[] {
  return args.map((arg, i) => moved[floats.indexOf(i)] ?? arg);
}

/** Fourth order central difference at 0. */
export async function difference(
  fn: (distance: number) => Promise<TypedArray>,
  h: number,
): Promise<Float64Array> {
  const [a, b, c, d] = [await fn(-2 * h), await fn(-h), await fn(h), await fn(2 * h)];
  return Float64Array.from(a, (_, i) => (a[i]! - 8 * b[i]! + 8 * c[i]! - d[i]!) / (12 * h));
}
