import { FileFormatError } from '@pct/core';
import { normalizeDim } from '../graph/dim.js';
import type { Dim } from '../graph/dim.js';
import type { OnnxModel, OnnxValueInfo } from '../onnx/model.js';
import { TensorSpec } from '../trace/spec.js';
import { dtypeOfOnnx } from './arrays.js';
import type { OnnxContext } from './OnnxCall.js';

/**
 * Types of a model's inputs, without those that only repeat its constants.
 *
 * @param sizes - replacements for named sizes
 */
export function inputSpecs(
  { graph }: OnnxModel,
  sizes: Readonly<Record<string, Dim>>,
  context: OnnxContext,
): Record<string, TensorSpec> {
  const ports = graph.inputs.filter(({ name }) => !Object.hasOwn(graph.initializers, name));
  return Object.fromEntries(ports.map((port) => [port.name, specOf(port, sizes, context)]));
}

function specOf(
  { name, type, shape }: OnnxValueInfo,
  sizes: Readonly<Record<string, Dim>>,
  { file, float }: OnnxContext,
): TensorSpec {
  if (shape === undefined)
    throw new FileFormatError(
      { file },
      `input "${name}" has no shape; export the model with the shapes of its inputs`,
    );
  const dims = shape.map((size, axis): Dim => {
    if (typeof size === 'number') {
      if (size >= 0) return size;
      throw new FileFormatError({ file }, `input "${name}" has an axis of size ${size}`);
    }
    const named = nameOf(size === undefined || size === '' ? `${name}_${axis}` : size);
    return Object.hasOwn(sizes, named) ? sizes[named]! : named;
  });
  return new TensorSpec(dtypeOfOnnx(type, float), dims);
}

/** The file's name for a size as a name (or sum or product of names) of array programs. */
function nameOf(text: string): string {
  if (/^[A-Za-z0-9_+\-*\s]+$/.test(text)) {
    try {
      return String(normalizeDim(text));
    } catch {
      // Not an expression that array programs know, so it is made a plain name.
    }
  }
  const name = text.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}
