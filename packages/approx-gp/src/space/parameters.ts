import { checkFinite, checkInteger, describeValue, InvalidArgumentError } from '@pct/core';

/** A value that a categorical parameter can have: what JSON has, without lists and objects. */
export type Choice = string | number | boolean | null;

/** A number from low to high, from {@link float}. */
export interface FloatParameter {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Distance of the allowed values, counted from low; undefined if all numbers are allowed. */
  readonly step: number | undefined;
}

/** An integer from low to high, from {@link int}. */
export interface IntParameter {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Distance of the allowed values, counted from low. */
  readonly step: number;
}

/** One of some values without order, from {@link categorical}. */
export interface CategoricalParameter<out T extends Choice = Choice> {
  readonly kind: 'categorical';
  readonly choices: readonly T[];
}

/** A parameter that is always there. */
export type PlainParameter = FloatParameter | IntParameter | CategoricalParameter;

/** A parameter that is there for some values of another one, from {@link when}. */
export interface ConditionalParameter<out P extends PlainParameter = PlainParameter> {
  readonly kind: 'conditional';
  /** Name of the categorical parameter that decides; it may be conditional itself. */
  readonly parent: string;
  /** Values of the parent with which the parameter is there. */
  readonly values: readonly Choice[];
  readonly parameter: P;
}

/** A search space: parameters by name. */
export type Space = Readonly<Record<string, PlainParameter | ConditionalParameter>>;

/** Type of a parameter's values; with undefined where it is conditional. */
export type ValueOf<P> =
  P extends ConditionalParameter<infer Q>
    ? ValueOf<Q> | undefined
    : P extends CategoricalParameter<infer T>
      ? T
      : number;

/** Parameter values by name, typed by their space. */
export type ParamsOf<S extends Space> = { readonly [Name in keyof S]: ValueOf<S[Name]> };

/** Options of {@link float}. */
export interface FloatOptions {
  /**
   * Whether ratios rather than differences count: for learning rates and the like. low must be above 0.
   * @defaultValue `false`
   */
  readonly log?: boolean | undefined;
  /**
   * Distance of the allowed values, counted from low; above 0, not together with `log`. `high` is lowered to the last of them.
   * @defaultValue all numbers are allowed
   */
  readonly step?: number | undefined;
}

/** Options of {@link int}. */
export interface IntOptions {
  /**
   * Whether ratios rather than differences count. low must be 1 or more.
   * @defaultValue `false`
   */
  readonly log?: boolean | undefined;
  /**
   * Distance of the allowed values, counted from low: an integer of at least 1, which it must be with `log`. `high` is lowered
   * to the last of them.
   * @defaultValue `1`
   */
  readonly step?: number | undefined;
}

/**
 * A parameter that is a number.
 *
 * @param low - smallest value, finite
 * @param high - largest value, finite, at least low
 * @param options - {@link FloatOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @example
 * ```ts
 * float(1e-5, 1e-1, { log: true });
 * ```
 */
export function float(low: number, high: number, options: FloatOptions = {}): FloatParameter {
  const { log = false, step } = options;
  checkRange('float', low, high);
  if (log && !(low > 0)) throw refuse('float', 'low must be above 0 where log is true', low);
  if (step === undefined) return Object.freeze({ kind: 'float', low, high, log, step });
  if (log) throw refuse('float', 'step must be left out where log is true', step);
  if (!(step > 0 && step < Infinity)) throw refuse('float', 'step must be a finite number above 0', step);
  const last = levelValue(low, step, stepsBetween(low, high, step));
  return Object.freeze({ kind: 'float', low, high: last, log, step });
}

/**
 * A parameter that is an integer.
 *
 * @param low - smallest value, an integer
 * @param high - largest value, an integer of at least low
 * @param options - {@link IntOptions}
 * @throws {@link InvalidArgumentError} if a number is out of range
 * @example
 * ```ts
 * int(16, 256, { step: 16 });
 * ```
 */
export function int(low: number, high: number, options: IntOptions = {}): IntParameter {
  const { log = false, step = 1 } = options;
  checkInteger('int', 'low', low);
  checkInteger('int', 'high', high);
  checkRange('int', low, high);
  checkInteger('int', 'step', step, { min: 1 });
  if (log && low < 1) throw refuse('int', 'low must be 1 or more where log is true', low);
  if (log && step !== 1) throw refuse('int', 'step must be 1 where log is true', step);
  return Object.freeze({ kind: 'int', low, high: low + Math.floor((high - low) / step) * step, log, step });
}

/**
 * A parameter that is one of some values without order.
 *
 * @param choices - at least one, all different: strings, finite numbers, booleans, null
 * @throws {@link InvalidArgumentError} if they are not such
 * @example
 * ```ts
 * categorical(['adam', 'sgd']); // its values are typed 'adam' | 'sgd'
 * ```
 */
export function categorical<const T extends Choice>(choices: readonly T[]): CategoricalParameter<T> {
  if (!isList(choices) || choices.length === 0) {
    throw refuse('categorical', 'choices must be a list of at least one value', choices);
  }
  for (const choice of choices) {
    if (!isChoice(choice)) {
      throw refuse('categorical', 'choices must be strings, finite numbers, booleans or null', choice);
    }
  }
  const twice = choices.find((choice, index) => choices.indexOf(choice) !== index);
  if (twice !== undefined) throw refuse('categorical', 'choices must be different, twice there is', twice);
  return Object.freeze({ kind: 'categorical', choices: Object.freeze([...choices]) });
}

/**
 * A parameter that is there for some values of another one only.
 *
 * @param parent - name of a categorical parameter of the same space
 * @param values - one or more of its values
 * @param parameter - the parameter that is there then
 * @throws {@link InvalidArgumentError} if the arguments are not such; whether the parent is there and has the values is
 *   checked where the space is used
 * @example
 * ```ts
 * const space = {
 *   optimizer: categorical(['adam', 'sgd']),
 *   momentum: when('optimizer', 'sgd', float(0, 0.99)), // number | undefined
 * };
 * ```
 */
export function when<P extends PlainParameter>(
  parent: string,
  values: Choice | readonly Choice[],
  parameter: P,
): ConditionalParameter<P> {
  if (typeof parent !== 'string') throw refuse('when', 'parent must be the name of a parameter', parent);
  const list: readonly Choice[] = isList(values) ? values : [values];
  if (list.length === 0) throw refuse('when', 'values must be one or more values of the parent', values);
  if (!isPlain(parameter)) {
    throw refuse('when', 'parameter must come from float(), int() or categorical()', parameter);
  }
  return Object.freeze({ kind: 'conditional', parent, values: Object.freeze([...list]), parameter });
}

/** Number of steps that fit, generous to rounding: (0.3 − 0) / 0.1 is a little below 3. */
export function stepsBetween(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + 1e-9);
}

/** The value `level` steps above low, without the digits that rounding adds. */
export function levelValue(low: number, step: number, level: number): number {
  return level === 0 ? low : Math.max(low, Number((low + level * step).toPrecision(15)));
}

/** Whether a value came from {@link float}, {@link int} or {@link categorical}, or looks as if it did. */
export function isPlain(value: unknown): value is PlainParameter {
  const { kind } = (value ?? {}) as { kind?: unknown };
  return kind === 'float' || kind === 'int' || kind === 'categorical';
}

/** As `Array.isArray`, which takes the type of the elements away. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isChoice(value: unknown): value is Choice {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function checkRange(name: string, low: number, high: number): void {
  checkFinite(name, 'low', low);
  checkFinite(name, 'high', high);
  if (low > high) throw refuse(name, `high must be at least low = ${low}`, high);
  if (high - low === Infinity) throw refuse(name, 'high - low must be finite', high);
}

function refuse(name: string, expected: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${name}: ${expected}, got ${describeValue(value)}`);
}
