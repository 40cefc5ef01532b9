import { InvalidArgumentError } from '@pct/core';
import type { Tensor } from '../../trace/Tensor.js';

/** Application of a layer to tensors, with checked access to the layer's settings. */
export class LayerCall {
  readonly inputs: readonly Tensor[];
  /** By the names that the layer's rule gives them. */
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly #settings: Readonly<Record<string, unknown>>;

  /** @param settings - as the layer's `getConfig` returns them */
  constructor(
    settings: Readonly<Record<string, unknown>>,
    inputs: readonly Tensor[] = [],
    weights: Readonly<Record<string, Tensor>> = {},
  ) {
    this.inputs = inputs;
    this.weights = weights;
    this.#settings = settings;
  }

  /** The only input. */
  get input(): Tensor {
    const [input, ...others] = this.inputs;
    if (input === undefined || others.length > 0)
      throw new InvalidArgumentError(`needs one input, got ${this.inputs.length}`);
    return input;
  }

  /** A weight that the layer has. */
  weight(name: string): Tensor {
    const weight = this.weights[name];
    if (weight === undefined) throw new InvalidArgumentError(`has no weight ${name}`);
    return weight;
  }

  /** A setting, undefined if it is not there. */
  setting(name: string): unknown {
    return this.#settings[name] ?? undefined;
  }

  /** Number of a setting. */
  number(name: string, fallback: number): number {
    const value = this.setting(name) ?? fallback;
    if (typeof value !== 'number') throw this.#wrong(name, 'a number');
    return value;
  }

  /** Truth value of a setting. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.setting(name) ?? fallback;
    if (typeof value !== 'boolean') throw this.#wrong(name, 'true or false');
    return value;
  }

  /** Text of a setting. */
  text(name: string, fallback: string): string {
    const value = this.setting(name) ?? fallback;
    if (typeof value !== 'string') throw this.#wrong(name, 'a string');
    return value;
  }

  /** Numbers of a setting. */
  numbers(name: string): readonly number[] {
    const value = this.setting(name);
    if (!isNumbers(value)) throw this.#wrong(name, 'a list of numbers');
    return value;
  }

  /** Two numbers of a setting, which may be given as one for both. */
  pair(name: string, fallback?: readonly [number, number]): readonly [number, number] {
    const value = this.setting(name) ?? fallback;
    if (typeof value === 'number') return [value, value];
    if (!isNumbers(value) || value.length !== 2) throw this.#wrong(name, 'one or two numbers');
    return [value[0]!, value[1]!];
  }

  #wrong(name: string, expected: string): InvalidArgumentError {
    return new InvalidArgumentError(
      `its setting ${name} must be ${expected}, got ${JSON.stringify(this.setting(name))}`,
    );
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** How a kind of layers is computed. */
export interface LayerRule {
  /** Names of the weights in the order that TensorFlow.js keeps them in. @defaultValue none */
  readonly weights?: (call: LayerCall) => readonly string[];
  readonly apply: (call: LayerCall) => Tensor;
}
