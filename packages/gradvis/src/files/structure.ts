/**
 * Objects of numbers, text and typed arrays as JSON and a list of arrays. An array is replaced by
 * `{ "$array": name, "type", "length" }`, a number that JSON lacks by `{ "$number": text }`, and an object that
 * has keys of this kind of its own by `{ "$object": ... }`.
 */
import { describeValue, InvalidArgumentError } from '@pct/core';

/** Element types of arrays in a file. */
export type ResultArray = Float64Array | Float32Array | Int32Array | Uint8Array;

/** JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const KINDS = { float64: Float64Array, float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Name of an element type in a file. */
export type ElementType = keyof typeof KINDS;

/** What stands in JSON for an array. */
export interface ArrayReference {
  readonly $array: string;
  readonly type: ElementType;
  readonly length: number;
}

/** Element type of an array; undefined where files do not have it. */
export function elementTypeOf(array: ArrayBufferView): ElementType | undefined {
  return (Object.keys(KINDS) as ElementType[]).find(
    (type) => Object.getPrototypeOf(array) === KINDS[type].prototype,
  );
}

/** A new array of a type: zeros, or NaN where the type has it. */
export function emptyArray(type: ElementType, length: number): ResultArray {
  const array = new KINDS[type](length);
  return type === 'float64' || type === 'float32' ? array.fill(NaN) : array;
}

/**
 * Takes an object apart. Keys are sorted, entries that are undefined left out: equal objects give equal text.
 *
 * @param functionName - opens messages
 * @param value - plain objects, lists, text, numbers, booleans, null and typed arrays
 * @returns JSON, and the arrays by name: their paths, such as `axes.0.coordinates`
 * @throws {@link InvalidArgumentError} naming the path of anything else
 */
export function takeApart(
  functionName: string,
  value: unknown,
): { readonly json: Json; readonly arrays: ReadonlyMap<string, ResultArray> } {
  const arrays = new Map<string, ResultArray>();
  const fail = (path: string, message: string): never => {
    throw new InvalidArgumentError(`${functionName}: ${path === '' ? 'the result' : path} ${message}`);
  };
  const visit = (item: unknown, path: string): Json => {
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
    if (typeof item === 'number')
      return Number.isFinite(item) && !Object.is(item, -0) ? item : { $number: numberText(item) };
    if (ArrayBuffer.isView(item)) return reference(item, path);
    if (Array.isArray(item)) return item.map((one, i) => visit(one, join(path, String(i))));
    const prototype: unknown = typeof item === 'object' ? Object.getPrototypeOf(item) : undefined;
    if (prototype !== Object.prototype && prototype !== null)
      return fail(
        path,
        `must be a plain object, list, text, number, boolean or typed array, got ${describeValue(item)}`,
      );
    const entries = Object.entries(item as object)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]): [string, Json] => [key, visit(one, join(path, key))]);
    const object = Object.fromEntries(entries);
    return entries.some(([key]) => key.startsWith('$')) ? { $object: object } : object;
  };
  const reference = (array: ArrayBufferView, path: string): Json => {
    const type = elementTypeOf(array);
    if (type === undefined)
      return fail(
        path,
        `must be a Float64Array, Float32Array, Int32Array or Uint8Array, got ${describeValue(array)}`,
      );
    const known = array as ResultArray;
    if (type === 'bool' && known.some((one) => one > 1)) return fail(path, 'must hold only 0 and 1');
    if (arrays.has(path)) return fail(path, 'is the path of two arrays; name one of them differently');
    arrays.set(path, known);
    return { $array: path, type, length: known.length };
  };
  return { json: visit(value, ''), arrays };
}

/**
 * Puts an object together again.
 *
 * @param json - from {@link takeApart}
 * @param arrayOf - the array of a reference
 */
export function putTogether(json: Json, arrayOf: (reference: ArrayReference) => ResultArray): unknown {
  const visit = (item: Json): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    if (isList(item)) return item.map(visit);
    if (isReference(item)) return arrayOf(item as unknown as ArrayReference);
    const { $number, $object } = item;
    if (typeof $number === 'string') return Number($number);
    const object = typeof $object === 'object' && $object !== null && !isList($object) ? $object : item;
    return Object.fromEntries(Object.entries(object).map(([key, one]) => [key, visit(one)]));
  };
  return visit(json);
}

/** The references in JSON, in order. */
export function referencesOf(json: Json): ArrayReference[] {
  const found: ArrayReference[] = [];
  putTogether(json, (reference) => {
    found.push(reference);
    return new Uint8Array();
  });
  return found;
}

function isReference(item: { readonly [key: string]: Json }): boolean {
  const { $array, type, length } = item;
  return (
    typeof $array === 'string' && typeof type === 'string' && type in KINDS && Number.isSafeInteger(length)
  );
}

function isList(item: Json): item is readonly Json[] {
  return Array.isArray(item);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
