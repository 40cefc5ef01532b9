import { describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';
import type { Words } from './mix.js';

/** Where a stream is, as plain JSON. */
export interface RngState {
  /** Name of the generator. */
  readonly algorithm: 'xoroshiro128plus';
  /** Version of this format and of everything that decides which numbers follow. */
  readonly version: 1;
  /** What {@link Rng.split} derives children from: four signed 32-bit words. */
  readonly identity: readonly number[];
  /** Place in the stream: four signed 32-bit words, not all 0. */
  readonly generator: readonly number[];
}

/** Checks a state that may come from a file. */
export function readState(state: unknown): { identity: Words; generator: Words } {
  if (typeof state !== 'object' || state === null) {
    throw new InvalidArgumentError(
      `Rng.fromState: state must be what Rng.getState returned, got ${describeValue(state)}`,
    );
  }
  const { algorithm, version, identity, generator } = state as Partial<Record<keyof RngState, unknown>>;
  if (algorithm !== 'xoroshiro128plus' || version !== 1) {
    throw new InvalidArgumentError(
      `Rng.fromState: state must be of xoroshiro128plus version 1, ` +
        `got ${describeValue(algorithm)} version ${describeValue(version)}`,
    );
  }
  const words = readWords('generator', generator);
  if (words.every((word) => word === 0)) {
    throw new InvalidArgumentError('Rng.fromState: state.generator must not be all 0');
  }
  return { identity: readWords('identity', identity), generator: words };
}

function readWords(name: string, value: unknown): Words {
  const words: unknown[] = Array.isArray(value) ? value : [];
  if (words.length !== 4 || !words.every((word) => typeof word === 'number' && (word | 0) === word)) {
    throw new InvalidArgumentError(
      `Rng.fromState: state.${name} must be four signed 32-bit integers, got ${describeValue(value)}`,
    );
  }
  return [...words] as unknown as Words;
}
