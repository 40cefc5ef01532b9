import { encodeNpz } from '@pct/tensor';
import { InvalidArgumentError } from '@pct/core';
import { problemOf } from '../results/checkResult.js';
import type { Surface } from '../results/types.js';
import { arrayShape } from './shapes.js';

/**
 * Writes the numbers of a surface as a plain `.npz` file with short names, for scripts: `x`, `y`, `z` (as many as
 * there are axes), `loss` in the shape [y, x] that `matplotlib.pyplot.contour(x, y, loss)` takes, and `computed`.
 *
 * @param surface - one to three axes
 * @throws {@link InvalidArgumentError} if its arrays do not fit each other
 */
export function surfaceToNpz(surface: Surface): Uint8Array {
  const problem = problemOf(surface);
  if (problem !== undefined) throw new InvalidArgumentError(`surfaceToNpz: ${problem}`);
  const { axes, values, status } = surface;
  const shape = arrayShape(surface, 'values', values.length);
  const coordinates = axes.map(
    ({ coordinates: data }, i) => ['xyz'[i]!, { data, shape: [data.length] }] as const,
  );
  return encodeNpz({
    ...Object.fromEntries(coordinates),
    loss: { data: values, shape },
    computed: { data: status, shape },
  });
}
