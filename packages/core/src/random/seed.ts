import { describeValue } from '../check.js';
import { InvalidArgumentError } from '../errors.js';
import { absorbInteger, absorbText, BlockKind, ORIGIN, type Words } from './mix.js';

/**
 * What a random stream can be made from: a safe integer or a bigint (7 and 7n are the same seed), or any
 * text.
 */
export type Seed = number | bigint | string;

/** Throws unless the value is a {@link Seed}; `expectation` opens what the message says after the name. */
export function checkSeed(functionName: string, seed: unknown, expectation = ''): asserts seed is Seed {
  if (typeof seed === 'bigint' || typeof seed === 'string' || Number.isSafeInteger(seed)) return;
  throw new InvalidArgumentError(
    `${functionName}: ${expectation}seed must be a safe integer, a bigint or a string, got ${describeValue(seed)}`,
  );
}

/** The 128-bit identity of the stream of a seed. */
export function identityOfSeed(seed: Seed): Words {
  if (typeof seed === 'string') return absorbText(ORIGIN, seed);
  const asNumber = Number(seed);
  if (Number.isSafeInteger(asNumber)) return absorbInteger(ORIGIN, asNumber, BlockKind.seed);
  // The first block keeps a large bigint apart from the text of its digits.
  return absorbText(absorbInteger(ORIGIN, 0, BlockKind.bigSeed), seed.toString(36));
}

/** The 128-bit identity of the child stream of a parent. */
export function identityOfChild(parent: Words, key: number | string): Words {
  if (typeof key === 'string') return absorbText(parent, key);
  if (Number.isSafeInteger(key)) return absorbInteger(parent, key, BlockKind.numberKey);
  throw new InvalidArgumentError(
    `Rng.split: key must be a safe integer or a string, got ${describeValue(key)}`,
  );
}
