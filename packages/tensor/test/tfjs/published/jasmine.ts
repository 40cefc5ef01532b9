/** As much of jasmine as the published cases use. */
import { PctError } from '@pct/core';
import { isDeepStrictEqual } from 'node:util';
import { Unfit } from './context.js';

/** A published case. */
export interface PublishedCase {
  /** Names of the suites and of the case. */
  readonly name: string;
  readonly run: () => unknown;
}

type Hook = () => unknown;

/** Collects cases instead of running them. */
export class Collector {
  readonly cases: PublishedCase[] = [];
  #path: readonly string[] = [];
  #before: readonly Hook[] = [];
  #after: readonly Hook[] = [];

  describe = (name: string, define: () => void): void => {
    const [path, before, after] = [this.#path, this.#before, this.#after];
    this.#path = [...path, name.trim()];
    define();
    [this.#path, this.#before, this.#after] = [path, before, after];
  };

  it = (name: string, run: () => unknown): void => {
    const before = this.#before;
    const after = this.#after;
    this.cases.push({
      name: [...this.#path, name].join(' > '),
      run: async () => {
        for (const hook of before) await hook();
        try {
          await run();
        } finally {
          for (const hook of after) await hook();
        }
      },
    });
  };

  beforeEach = (hook: Hook): void => {
    this.#before = [...this.#before, hook];
  };

  afterEach = (hook: Hook): void => {
    this.#after = [...this.#after, hook];
  };
}

class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

function check(holds: boolean, negated: boolean, message: () => string): void {
  if (holds === negated) throw new Disagreement(`${negated ? 'not: ' : ''}${message()}`);
}

/** What `fn` throws, if anything. */
function thrownBy(fn: unknown): { readonly error: unknown } | undefined {
  try {
    (fn as () => unknown)();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** `expect`: texts of errors are not compared, but the error has to be one of ours. */
export function expectLike(actual?: unknown, negated = false): Record<string, unknown> {
  const text = (value: unknown): string => JSON.stringify(value) ?? String(value);
  const to =
    (compare: (expected: never) => boolean, words: string) =>
    (expected?: unknown): void =>
      check(compare(expected as never), negated, () => `${text(actual)} ${words} ${text(expected)}`);
  const throws = (): void => {
    const thrown = thrownBy(actual);
    const { error } = thrown ?? {};
    if (error instanceof Unfit) throw error;
    if (thrown !== undefined && !(error instanceof PctError)) throw error;
    check(thrown !== undefined, negated, () => 'throws');
  };
  const number = actual as number;
  return {
    toBe: to((expected) => Object.is(actual, expected) || actual === expected, 'is'),
    toEqual: to((expected) => isDeepStrictEqual(plain(actual), plain(expected)), 'equals'),
    toBeCloseTo: (expected: number, digits = 2): void =>
      check(Math.abs(number - expected) < 0.5 * 10 ** -digits, negated, () => `${number} near ${expected}`),
    toBeGreaterThan: to((expected) => number > expected, 'is above'),
    toBeGreaterThanOrEqual: to((expected) => number >= expected, 'is at least'),
    toBeLessThan: to((expected) => number < expected, 'is below'),
    toBeLessThanOrEqual: to((expected) => number <= expected, 'is at most'),
    toBeNull: to(() => actual === null, 'is null'),
    toBeTruthy: to(() => Boolean(actual), 'is truthy'),
    toBeFalsy: to(() => !actual, 'is falsy'),
    toBeUndefined: to(() => actual === undefined, 'is undefined'),
    toThrow: throws,
    toThrowError: throws,
    nothing: () => undefined,
    ...(negated ? {} : { not: expectLike(actual, true) }),
  };
}

/** Lists by their elements: 0 and -0 count as equal. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  return Array.isArray(value) ? value.map(plain) : value;
}
