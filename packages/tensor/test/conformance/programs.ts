/** The programs of a case, at any size of its named axes: what an engine has to agree on with the interpreter. */
import type { NdArray, Runtime, Tensor } from '@pct/tensor';
import { interpreter } from '@pct/tensor';
import type { Case } from './cases.js';
import type { FloatType, Instance } from './instance.js';
import {
  convert,
  draw,
  hasNames,
  hessianOf,
  instantiate,
  jvpOf,
  outputOf,
  reverseHessianOf,
  run,
  vjpOf,
} from './instance.js';

/** One program of a case, with what the interpreter makes of it. */
export interface CaseProgram {
  readonly what: 'value' | 'jvp' | 'vjp' | 'forward over reverse' | 'reverse over reverse';
  readonly on: (runtime: Runtime) => Promise<readonly NdArray[]>;
  readonly expected: readonly NdArray[];
}

/**
 * The programs of a case. One that means nothing at a size, such as the largest of no numbers, has none there.
 *
 * @param size - of the named axes; undefined for the case's own
 */
export async function programsAt(
  entry: Case,
  size: number | undefined,
  float: FloatType,
): Promise<CaseProgram[]> {
  const instance = instantiate(entry, float, hasNames(entry), size);
  const differentiable = entry.differentiable ?? instance.floats.length > 0;
  const programs: CaseProgram[] = [];
  const specs = [...instance.specs];
  const add = async (what: CaseProgram['what'], fn: Fn, more: Specs, args: Args): Promise<boolean> => {
    const on = (runtime: Runtime): Promise<readonly NdArray[]> =>
      run(runtime, fn, [...specs, ...more], [...instance.args, ...args]);
    try {
      programs.push({ what, on, expected: await on(interpreter()) });
      return true;
    } catch {
      return false;
    }
  };
  if (!(await add('value', instance.fn, [], [])) || !differentiable) return programs;
  const shape = programs[0]!.expected[0]!.shape;
  const floats = instance.floats.map((i) => instance.specs[i]!);
  const directions = convert(
    instance.floats.map((i) => draw(instance.args[i]!.shape, `direction ${i}`)),
    instance,
  );
  const weights = convert([draw(shape, 'weights')], instance);
  const output = outputOf(instance);
  await add('jvp', jvpOf(instance), floats, directions);
  await add('vjp', vjpOf(instance), [output], weights);
  await add('forward over reverse', hessianOf(instance), [output, ...floats], [...weights, ...directions]);
  await add(
    'reverse over reverse',
    reverseHessianOf(instance),
    [output, ...floats],
    [...weights, ...directions],
  );
  return programs;
}

type Fn = (...args: Tensor[]) => Tensor | readonly Tensor[];
type Specs = Instance['specs'];
type Args = readonly NdArray[];
