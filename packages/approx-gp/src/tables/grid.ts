import { InvalidArgumentError } from '@pct/core';
import { SpaceEncoding } from '../space/SpaceEncoding.js';
import type { ParamsOf, Space } from '../space/parameters.js';

/**
 * All points of a space of steps, integers and categories, the last parameter changing fastest: rows of a table, or a grid
 * search with `study.enqueue`.
 *
 * @param space - parameters by name, none of them continuous or conditional
 * @throws {@link InvalidArgumentError} naming a parameter that is wrong or cannot be in a grid
 * @example
 * ```ts
 * gridOf({ layers: int(1, 2), act: categorical(['relu', 'tanh']) }); // 4 points, first { layers: 1, act: 'relu' }
 * ```
 */
export function gridOf<const S extends Space>(space: S): ParamsOf<S>[] {
  const encoding = gridEncoding('gridOf', space);
  const { dimensions } = encoding;
  return Array.from({ length: encoding.size }, (_, row) => {
    const point = new Float64Array(dimensions.length);
    let rest = row;
    for (let j = dimensions.length - 1; j >= 0; j--) {
      const dimension = dimensions[j]!;
      point[j] = dimension.placeOf(rest % dimension.levels);
      rest = Math.floor(rest / dimension.levels);
    }
    return encoding.decode(point);
  });
}

/** The encoding of a space whose points are a grid. */
export function gridEncoding<S extends Space>(functionName: string, space: S): SpaceEncoding<S> {
  const encoding = new SpaceEncoding(functionName, space);
  const other = encoding.dimensions.find(
    ({ kind, condition }) => kind === 'continuous' || condition !== undefined,
  );
  if (other === undefined) return encoding;
  throw new InvalidArgumentError(
    `${functionName}: parameter ${JSON.stringify(other.name)} must have steps or choices and no condition`,
  );
}

/** Place of a point in {@link gridOf}; `[d]`, encoded. */
export function rowOf({ dimensions }: SpaceEncoding, point: Float64Array): number {
  return dimensions.reduce((row, dimension, j) => row * dimension.levels + dimension.levelAt(point[j]!), 0);
}
