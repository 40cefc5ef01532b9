import { FileFormatError, InvalidArgumentError } from '@pct/core';
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
  const used = new Set<string>();
  const ports = graph.inputs.filter(({ name }) => !Object.hasOwn(graph.initializers, name));
  const specs = ports.map((port) => [port.name, specOf(port, sizes, context, used)] as const);
  checkSizes('fromOnnx', sizes, used);
  return Object.fromEntries(specs);
}

/** Checks that all replacements are for sizes that there are; a misspelt one would do nothing. */
export function checkSizes(
  name: string,
  sizes: Readonly<Record<string, Dim>>,
  known: ReadonlySet<string>,
): void {
  const surplus = Object.keys(sizes).find((size) => !known.has(size));
  if (surplus !== undefined)
    throw new InvalidArgumentError(
      `${name}: sizes must name sizes of the inputs (${known.size === 0 ? 'there are none' : [...known].join(', ')}), got '${surplus}'`,
    );
}

function specOf(
  { name, type, shape }: OnnxValueInfo,
  sizes: Readonly<Record<string, Dim>>,
  { file, float }: OnnxContext,
  used: Set<string>,
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
    used.add(named);
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
  return plainName(text);
}

/** Any text as a name that sizes may have. */
export function plainName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}
