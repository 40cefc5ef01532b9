import { InvalidArgumentError } from '@pct/core';
import type { SymbolicTensor } from '@tensorflow/tfjs';
import { checkSizes, plainName } from '../../fromOnnx/ports.js';
import type { Dim } from '../../graph/dim.js';
import type { DType } from '../../graph/types.js';
import { TensorSpec } from '../../trace/spec.js';

/** Names as they are, those that occur again with a number. */
export function namesOf(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name}_${before}`;
  });
}

/**
 * Types of a model's inputs in their order.
 *
 * @param sizes - replacements for named sizes
 */
export function inputSpecs(
  inputs: readonly SymbolicTensor[],
  float: 'float32' | 'float64',
  sizes: Readonly<Record<string, Dim>>,
): Record<string, TensorSpec> {
  const names = namesOf(inputs.map(({ sourceLayer }) => sourceLayer.name));
  const used = new Set<string>();
  const specs = inputs.map(({ dtype, shape }, i) => {
    const name = names[i]!;
    const dims = shape.map((size, axis): Dim => {
      if (size !== null) return size;
      const named = axis === 0 ? 'batch' : plainName(`${name}_${axis}`);
      used.add(named);
      return Object.hasOwn(sizes, named) ? sizes[named]! : named;
    });
    return [name, new TensorSpec(elementsOf(name, dtype, float), dims)] as const;
  });
  checkSizes('fromLayersModel', sizes, used);
  return Object.fromEntries(specs);
}

function elementsOf(name: string, dtype: string, float: 'float32' | 'float64'): DType {
  if (dtype === 'float32') return float;
  if (dtype === 'int32' || dtype === 'bool') return dtype;
  throw new InvalidArgumentError(
    `fromLayersModel: input "${name}" has elements of type ${dtype}; not supported`,
  );
}
