import { describeValue, InvalidArgumentError, type Rng } from '@pct/core';
import type { EncodedCondition, EncodedSpace } from '../samplers/types.js';
import { dimensionOf, type Dimension } from './dimensions.js';
import {
  categorical,
  float,
  int,
  isPlain,
  type Choice,
  type ConditionalParameter,
  type ParamsOf,
  type PlainParameter,
  type Space,
} from './parameters.js';

/** Values by name, as they come from anywhere. */
export type Values = Readonly<Record<string, unknown>>;

/** The two-way street between the parameters of a space and encoded points. */
export class SpaceEncoding<S extends Space = Space> implements EncodedSpace {
  readonly dimensions: readonly Dimension[];
  readonly size: number;
  private readonly rule: ((params: never) => boolean) | undefined;

  /**
   * @param functionName - opens the messages of errors
   * @param space - parameters by name
   * @param rule - says of parameters that the space has whether they may be tried
   * @throws {@link InvalidArgumentError} naming the parameter that is wrong
   */
  constructor(functionName: string, space: S, rule?: (params: ParamsOf<S>) => boolean) {
    this.dimensions = readSpace(functionName, space);
    this.rule = rule;
    this.size = this.dimensions.reduce((product, { levels }) => product * levels, 1);
  }

  snapInPlace(point: Float64Array): Float64Array {
    const { dimensions } = this;
    for (let j = 0; j < dimensions.length; j++) {
      point[j] = this.isActive(point, j) ? dimensions[j]!.snap(point[j]!) : NaN;
    }
    return point;
  }

  sample(rng: Rng): Float64Array {
    const point = new Float64Array(this.dimensions.length);
    this.dimensions.forEach((dimension, j) => (point[j] = drawCoordinate(dimension, rng)));
    return this.snapInPlace(point);
  }

  /** Draws the coordinates that are active and NaN, parents first, and snaps the point. */
  completeInPlace(point: Float64Array, rng: Rng): Float64Array {
    const { dimensions } = this;
    for (let j = 0; j < dimensions.length; j++) {
      if (this.isActive(point, j) && Number.isNaN(point[j]!)) point[j] = drawCoordinate(dimensions[j]!, rng);
      point[j] = this.isActive(point, j) ? dimensions[j]!.snap(point[j]!) : NaN;
    }
    return point;
  }

  allows(point: Float64Array): boolean {
    if (this.rule === undefined) return true;
    try {
      return this.rule(this.decode(point) as never);
    } catch {
      // Asking for a point never throws; a rule that always fails is told when the study is made.
      return false;
    }
  }

  /** Whether a coordinate's parameter is there, given the snapped coordinates before it. */
  isActive(point: Float64Array, j: number): boolean {
    const { condition } = this.dimensions[j]!;
    // The code of a parent that is not active is NaN.
    return condition === undefined || condition.codes.includes(point[condition.parent]!);
  }

  /**
   * Parameters of a snapped point: those that are active.
   *
   * @param point - `[d]`
   * @param exact - values that are used as they are where the space has them: scaling there and back would round them
   */
  decode(point: Float64Array, exact: Values = {}): ParamsOf<S> {
    const params: Record<string, Choice> = {};
    this.dimensions.forEach((dimension, j) => {
      if (Number.isNaN(point[j]!)) return;
      const value = exact[dimension.name];
      const known = !Number.isNaN(dimension.encode(value));
      params[dimension.name] = known ? (value as Choice) : dimension.decode(point[j]!);
    });
    return params as ParamsOf<S>;
  }

  /** Point of parameters that came from anywhere; undefined if the space does not have them, other names aside. */
  encode(params: Values): Float64Array | undefined {
    const point = new Float64Array(this.dimensions.length).fill(NaN);
    for (const [j, dimension] of this.dimensions.entries()) {
      if (!this.isActive(point, j)) continue;
      point[j] = dimension.encode(params[dimension.name]);
      if (Number.isNaN(point[j])) return undefined;
    }
    return point;
  }

  /**
   * Point of some of the parameters, NaN for the others.
   *
   * @throws {@link InvalidArgumentError} naming a parameter that the space does not have, or not with that value
   */
  encodePart(functionName: string, params: Values): Float64Array {
    const point = new Float64Array(this.dimensions.length).fill(NaN);
    for (const [name, value] of Object.entries(params)) {
      if (value === undefined) continue;
      const j = this.dimensions.findIndex((dimension) => dimension.name === name);
      if (j === -1) {
        throw new InvalidArgumentError(`${functionName}: the space has no parameter ${describeValue(name)}`);
      }
      const dimension = this.dimensions[j]!;
      point[j] = dimension.encode(value);
      if (Number.isNaN(point[j])) {
        throw new InvalidArgumentError(
          `${functionName}: parameter ${describeValue(name)} must be ${describeRange(dimension.parameter)}, got ${describeValue(value)}`,
        );
      }
    }
    return point;
  }
}

function drawCoordinate(dimension: Dimension, rng: Rng): number {
  return dimension.kind === 'categorical' ? rng.integer(0, dimension.levels) : rng.uniform();
}

/** The values of a parameter, for messages. */
function describeRange(parameter: PlainParameter): string {
  if (parameter.kind === 'categorical') {
    return `one of ${parameter.choices.map((choice) => describeValue(choice)).join(', ')}`;
  }
  const { kind, low, high, step } = parameter;
  const noun = kind === 'int' ? 'an integer' : 'a number';
  const steps = step === undefined || (kind === 'int' && step === 1) ? '' : ` in steps of ${step}`;
  return `${noun} from ${low} to ${high}${steps}`;
}

function readSpace(functionName: string, space: Space): Dimension[] {
  if (typeof space !== 'object' || space === null || Object.keys(space).length === 0) {
    throw new InvalidArgumentError(
      `${functionName}: space must be an object of at least one parameter, got ${describeValue(space)}`,
    );
  }
  const dimensions: Dimension[] = [];
  let waiting = Object.entries(space);
  while (waiting.length > 0) {
    const left = waiting.filter(([name, parameter]) => {
      const parent = (parameter as Partial<ConditionalParameter> | null)?.parent;
      if (parent !== undefined && waiting.some(([other]) => other === parent)) return true;
      dimensions.push(readParameter(functionName, name, parameter, dimensions));
      return false;
    });
    if (left.length === waiting.length) {
      throw new InvalidArgumentError(
        `${functionName}: parameter ${describeValue(left[0]![0])} depends on itself through its parents; ` +
          'conditions must not form a circle',
      );
    }
    waiting = left;
  }
  return dimensions;
}

function readParameter(
  functionName: string,
  name: string,
  given: PlainParameter | ConditionalParameter,
  before: readonly Dimension[],
): Dimension {
  const where = `${functionName}: parameter ${describeValue(name)}`;
  const conditional = given?.kind === 'conditional' ? given : undefined;
  const parameter = conditional?.parameter ?? given;
  if (!isPlain(parameter)) {
    throw new InvalidArgumentError(
      `${where} must come from float(), int(), categorical() or when(), got ${describeValue(given)}`,
    );
  }
  const condition = conditional && readCondition(where, conditional, before);
  try {
    return dimensionOf(name, checked(parameter), condition);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new InvalidArgumentError(`${where}: ${cause.message}`, { cause });
  }
}

/** Written by hand or read from JSON, a parameter has not been checked yet. */
function checked(parameter: PlainParameter): PlainParameter {
  if (parameter.kind === 'categorical') return categorical(parameter.choices);
  const { kind, low, high, ...options } = parameter;
  return kind === 'float' ? float(low, high, options) : int(low, high, options);
}

function readCondition(
  where: string,
  { parent, values }: ConditionalParameter,
  before: readonly Dimension[],
): EncodedCondition {
  const index = before.findIndex((dimension) => dimension.name === parent);
  const dimension = before[index];
  if (dimension === undefined) {
    throw new InvalidArgumentError(
      `${where} depends on ${describeValue(parent)}, which the space does not have`,
    );
  }
  if (dimension.kind !== 'categorical') {
    throw new InvalidArgumentError(
      `${where} depends on ${describeValue(parent)}, which must be categorical for that`,
    );
  }
  const codes = values.map((value) => {
    const code = dimension.encode(value);
    if (Number.isNaN(code)) {
      throw new InvalidArgumentError(
        `${where} depends on ${describeValue(parent)} being ${describeValue(value)}, which must be ${describeRange(dimension.parameter)}`,
      );
    }
    return code;
  });
  return { parent: index, codes: codes.sort((a, b) => a - b) };
}
