import { InvalidArgumentError } from './errors.js';

/** Limits of a checked number; both ends are allowed values. */
export interface Limits {
  /**
   * Smallest allowed value.
   * @defaultValue `-Infinity`
   */
  readonly min?: number | undefined;
  /**
   * Largest allowed value.
   * @defaultValue `Infinity`
   */
  readonly max?: number | undefined;
}

/**
 * Describes a value for an error message: its type where that says more than the value, and never more
 * than about 60 characters.
 *
 * @example
 * ```ts
 * describeValue(NaN); // 'NaN'
 * describeValue('12'); // '"12"'
 * describeValue(new Float64Array(3)); // 'Float64Array of length 3'
 * ```
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return shorten(JSON.stringify(value));
  if (typeof value === 'bigint') return shorten(`${value}n`);
  if (typeof value === 'function') return shorten(`function ${value.name}`.trim());
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor
    ?.name;
  const { length } = value as { length?: unknown };
  if (typeof length === 'number') return `${name ?? 'list'} of length ${length}`;
  return name === undefined || name === '' || name === 'Object' ? 'an object' : `an object of class ${name}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function fail(functionName: string, argumentName: string, expected: string, value: unknown): never {
  throw new InvalidArgumentError(
    `${functionName}: ${argumentName} must be ${expected}, got ${describeValue(value)}`,
  );
}

function within(expected: string, { min = -Infinity, max = Infinity }: Limits): string {
  if (min > -Infinity && max < Infinity) return `${expected} from ${min} to ${max}`;
  if (min > -Infinity) return `${expected} of at least ${min}`;
  if (max < Infinity) return `${expected} of at most ${max}`;
  return expected;
}

/**
 * Checks that an argument is a finite number, optionally inside limits.
 *
 * @param functionName - function whose argument it is, as the caller knows it; opens the message
 * @param argumentName - name of the argument or option
 * @param value - what came
 * @param limits - {@link Limits}, both ends allowed
 * @returns the value
 * @throws {@link InvalidArgumentError} if it is not a number, is NaN or infinite, or is outside the limits
 * @example
 * ```ts
 * checkFinite('fit', 'noise', 0.1, { min: 0 }); // 0.1
 * ```
 */
export function checkFinite(
  functionName: string,
  argumentName: string,
  value: unknown,
  limits: Limits = {},
): number {
  const { min = -Infinity, max = Infinity } = limits;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    fail(functionName, argumentName, within('a finite number', limits), value);
  }
  return value;
}

/**
 * Checks that an argument is a finite number above zero.
 *
 * @param functionName - opens the message
 * @param argumentName - name of the argument or option
 * @param value - what came
 * @returns the value
 * @throws {@link InvalidArgumentError} otherwise
 */
export function checkPositive(functionName: string, argumentName: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && value < Infinity)) {
    fail(functionName, argumentName, 'a finite number above 0', value);
  }
  return value;
}

/**
 * Checks that an argument is an integer that float64 holds exactly, optionally inside limits.
 *
 * @param functionName - opens the message
 * @param argumentName - name of the argument or option
 * @param value - what came
 * @param limits - {@link Limits}, both ends allowed
 * @returns the value
 * @throws {@link InvalidArgumentError} if it is not a safe integer or is outside the limits
 */
export function checkInteger(
  functionName: string,
  argumentName: string,
  value: unknown,
  limits: Limits = {},
): number {
  const { min = -Infinity, max = Infinity } = limits;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    fail(functionName, argumentName, within('an integer', limits), value);
  }
  return value;
}

/**
 * Checks that an argument is a probability: a number in [0, 1].
 *
 * @param functionName - opens the message
 * @param argumentName - name of the argument or option
 * @param value - what came
 * @returns the value
 * @throws {@link InvalidArgumentError} otherwise
 */
export function checkProbability(functionName: string, argumentName: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    fail(functionName, argumentName, 'a probability from 0 to 1', value);
  }
  return value;
}

/**
 * Checks that an argument is one of a list of values (by `===`).
 *
 * @param functionName - opens the message
 * @param argumentName - name of the argument or option
 * @param value - what came
 * @param allowed - the values that are accepted; the message lists them
 * @returns the value, with the type of the list's elements
 * @throws {@link InvalidArgumentError} otherwise
 * @example
 * ```ts
 * checkOneOf('fit', 'kernel', 'matern', ['rbf', 'matern']); // 'matern', typed 'rbf' | 'matern'
 * ```
 */
export function checkOneOf<const T extends string | number | boolean>(
  functionName: string,
  argumentName: string,
  value: unknown,
  allowed: readonly T[],
): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    fail(
      functionName,
      argumentName,
      `one of ${allowed.map((entry) => describeValue(entry)).join(', ')}`,
      value,
    );
  }
  return found;
}
