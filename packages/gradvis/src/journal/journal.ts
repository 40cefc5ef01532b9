import { InvalidArgumentError } from '@pct/core';

/** Keeps parts of a result as they come, so that work that was interrupted goes on where it was. */
export interface Journal {
  /**
   * The parts that are there already, called once before the first {@link Journal.append}.
   *
   * @param key - what the parts belong to: a JSON object of everything that decides them; kept by an empty journal
   * @returns the last part appended for each index; arrays belong to the caller
   * @throws {@link InvalidArgumentError} if the journal is that of another work
   */
  load(key: string): Promise<ReadonlyMap<number, Float64Array>>;
  /**
   * Adds a part, which takes the place of an earlier one with the same index.
   *
   * @param index - which part: what it counts is the business of the function that keeps it
   * @param values - any length, kept to the bit; copied
   */
  append(index: number, values: Float64Array): Promise<void>;
}

/** A journal in memory, for pausing and going on within a process. */
export function memoryJournal(): Journal {
  const parts = new Map<number, Float64Array>();
  let known: string | undefined;
  return {
    async load(key) {
      if (known !== undefined && known !== key) throw otherWork('memoryJournal', known, key);
      known = key;
      return new Map([...parts].map(([index, values]) => [index, values.slice()]));
    },
    async append(index, values) {
      parts.set(index, values.slice());
    },
  };
}

/**
 * What a journal says that was made for another work.
 *
 * @param name - of the journal
 * @param known - its key
 * @param key - the one it is asked for
 */
export function otherWork(name: string, known: string, key: string): InvalidArgumentError {
  const [one, other] = [known, key].map(entriesOf) as [Map<string, string>, Map<string, string>];
  const names = [...new Set([...one.keys(), ...other.keys()])].filter(
    (entry) => one.get(entry) !== other.get(entry),
  );
  return new InvalidArgumentError(
    `${name}: the journal belongs to other work, which differs in ${names.join(', ') || 'its key'}; ` +
      'go on with the same settings, or take a new journal',
  );
}

/** The entries of a key as text; none if it is no JSON object. */
function entriesOf(key: string): Map<string, string> {
  try {
    return new Map(
      Object.entries(JSON.parse(key) as Record<string, unknown>).map(([name, value]) => [
        name,
        JSON.stringify(value),
      ]),
    );
  } catch {
    return new Map();
  }
}
