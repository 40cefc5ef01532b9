import { InvalidArgumentError, ShapeError } from '@pct/core';
import { sameShape } from '../graph/check.js';
import { describeType } from '../graph/describe.js';
import type { NdArray } from '../graph/types.js';
import type { OnnxModel } from '../onnx/model.js';
import { isSpec } from '../trace/spec.js';
import type { TensorSpec } from '../trace/spec.js';
import type { Tensor } from '../trace/Tensor.js';
import { flattenTree, isNdArray, isTensor, leavesLike } from '../trace/tree.js';

/** Arrays by the parts of their names: that of `encoder.0.weight` is at `tree.encoder[0].weight`. */
export interface OnnxParameters<Leaf = Tensor> {
  readonly [name: string]: Leaf | OnnxParameters<Leaf>;
}

type Branch = Map<string, NdArray | Branch>;

/**
 * Nests arrays by the dots in their names. A name that goes on behind another array's name is not divided:
 * of `a` and `a.b`, the second stays `'a.b'`.
 */
export function nestArrays(arrays: ReadonlyMap<string, NdArray>): {
  tree: OnnxParameters<NdArray>;
  /** Names in the order of the leaves of the tree. */
  names: string[];
} {
  const nameOf = new Map<NdArray, string>();
  const placed = [...arrays].map(([name, array]) => {
    nameOf.set(array, name);
    const parts = name.split('.');
    const divided = parts.every(
      (part, i) => part !== '' && (i === 0 || !arrays.has(parts.slice(0, i).join('.'))),
    );
    return [divided ? parts : [name], array] as const;
  });
  const tree = nestPaths('fromOnnx', placed);
  const { leaves } = flattenTree('fromOnnx', 'parameters', tree, isNdArray, 'an array');
  return { tree, names: leaves.map((leaf) => nameOf.get(leaf)!) };
}

/**
 * Nests arrays by lists of keys.
 *
 * @param name - function that asks, for messages
 * @throws {@link InvalidArgumentError} if an array would be where another one or a branch is
 */
export function nestPaths(
  name: string,
  arrays: Iterable<readonly [path: readonly string[], array: NdArray]>,
): OnnxParameters<NdArray> {
  const root: Branch = new Map();
  for (const [path, array] of arrays) {
    let branch = root;
    for (const part of path.slice(0, -1)) {
      const next: NdArray | Branch = branch.get(part) ?? new Map<string, NdArray | Branch>();
      branch.set(part, next);
      if (!(next instanceof Map)) throw takenTwice(name, path);
      branch = next;
    }
    if (branch.has(path.at(-1)!)) throw takenTwice(name, path);
    branch.set(path.at(-1)!, array);
  }
  return objectOf(root);
}

function takenTwice(name: string, path: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError(
    `${name}: the name ${path.join('/')} of an array is taken by another one; give them different names`,
  );
}

function objectOf(branch: Branch): OnnxParameters<NdArray> {
  // Unlike assignment, this makes even `__proto__` an ordinary key.
  return Object.fromEntries(
    [...branch].map(([key, value]) => [key, value instanceof Map ? objectOf(value) : value]),
  );
}

/** Inputs that set an operator up and are no weights, though floating point. */
const SETTINGS: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2],
  Dropout: [1],
  Pad: [2],
  Range: [0, 1, 2],
  Resize: [1, 2],
  Upsample: [1],
};

/** Names of the arrays that only set operators up. */
export function settingsOf({ graph }: OnnxModel): Set<string> {
  const settings = new Set<string>();
  const weights = new Set<string>();
  const { initializers } = graph;
  // A single exponent is the square or root of a formula; one that was trained is an array.
  const isExponent = (op: string, name: string, i: number): boolean =>
    op === 'Pow' && i === 1 && Object.hasOwn(initializers, name) && initializers[name]!.shape.length === 0;
  for (const { op, inputs } of graph.nodes)
    inputs.forEach((name, i) => {
      const isSetting = SETTINGS[op]?.includes(i) === true || isExponent(op, name, i);
      (isSetting ? settings : weights).add(name);
    });
  // The number that a Pad puts in has to be known while tracing, whatever else it is used for.
  const padding = new Set(graph.nodes.flatMap(({ op, inputs }) => (op === 'Pad' ? inputs.slice(2, 3) : [])));
  return new Set([...settings].filter((name) => !weights.has(name) || padding.has(name)));
}

/** The tensors of a parameter tree by the names in the file, which are in the order of the declared tree. */
export function bindParameters(
  tree: unknown,
  specs: OnnxParameters<TensorSpec>,
  names: readonly string[],
): Map<string, Tensor> {
  const { leaves: declared, structure } = flattenTree('apply', 'parameters', specs, isSpec, 'a spec');
  const tensors = leavesLike('apply', 'parameters', tree, structure, isTensor, 'a tensor');
  return new Map(
    tensors.map((tensor, i) => {
      const name = names[i]!;
      const expected = declared[i]!;
      if (tensor.dtype !== expected.dtype) throw wrongElements(name, expected, tensor);
      if (!sameShape(tensor.shape, expected.shape))
        throw new ShapeError(
          `apply: parameter "${name}" must be ${describeType(expected)}, got ${describeType(tensor)}`,
        );
      return [name, tensor] as const;
    }),
  );
}

/** The tensors of the inputs by name; named sizes may be any sizes. */
export function bindInputs(
  inputs: Readonly<Record<string, Tensor>>,
  specs: Readonly<Record<string, TensorSpec>>,
): Map<string, Tensor> {
  const expected = Object.keys(specs);
  const given = Object.keys(inputs);
  const surplus = given.find((name) => !expected.includes(name));
  if (surplus !== undefined || given.length !== expected.length)
    throw new InvalidArgumentError(
      `apply: inputs must be an object with ${expected.join(', ')}, got ${given.length === 0 ? 'none' : given.join(', ')}`,
    );
  return new Map(
    Object.entries(specs).map(([name, spec]) => {
      const tensor = inputs[name];
      if (!isTensor(tensor))
        throw new InvalidArgumentError(
          `apply: input "${name}" must be a tensor of type ${describeType(spec)}`,
        );
      if (tensor.dtype !== spec.dtype) throw wrongElements(name, spec, tensor);
      const fits =
        tensor.rank === spec.shape.length &&
        spec.shape.every((size, axis) => typeof size === 'string' || size === tensor.shape[axis]);
      if (!fits)
        throw new ShapeError(
          `apply: input "${name}" must be ${describeType(spec)}, got ${describeType(tensor)}`,
        );
      return [name, tensor] as const;
    }),
  );
}

function wrongElements(name: string, expected: TensorSpec, got: Tensor): InvalidArgumentError {
  return new InvalidArgumentError(
    `apply: "${name}" must be ${describeType(expected)}, got ${describeType(got)}; convert it with cast(x, dtype), or load the model with the option dtype`,
  );
}
