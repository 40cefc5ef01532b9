import { InvalidArgumentError } from '@pct/core';

/** Keeps values of a surface as they come, so that an interrupted computation goes on where it was. */
export interface SurfaceStore {
  /**
   * The values that are there already, called once before the first {@link SurfaceStore.append}.
   *
   * @param key - what the values belong to: grid, origin, directions and objective; kept by an empty store
   * @returns value by grid index (`x + nx (y + ny z)`)
   * @throws {@link InvalidArgumentError} if the store holds values of another key
   */
  load(key: string): Promise<ReadonlyMap<number, number>>;
  /**
   * Adds a value; NaN and infinities are values too.
   *
   * @param index - grid index
   * @param value - the loss there
   */
  append(index: number, value: number): Promise<void>;
}

/** A store in memory, for pausing and going on within a process. */
export function memorySurfaceStore(): SurfaceStore {
  const values = new Map<number, number>();
  let known: string | undefined;
  return {
    async load(key) {
      if (known !== undefined && known !== key) throw otherSurface('memorySurfaceStore');
      known = key;
      return new Map(values);
    },
    async append(index, value) {
      values.set(index, value);
    },
  };
}

/** What a store says that was made for another surface. */
export function otherSurface(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `${name}: the store holds values of another surface; give it the same grid, origin, directions and objective, or ` +
      'take a new store',
  );
}
