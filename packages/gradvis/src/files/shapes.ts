import type { Result } from '../results/types.js';

/** Shape in which an array of a result goes to a file: its natural one where it has more axes than one. */
export function arrayShape(result: Result, path: string, length: number): readonly number[] {
  if (result.kind === 'surface') {
    if (path === 'values' || path === 'status')
      return result.axes.map(({ coordinates }) => coordinates.length).reverse();
    if (path === 'cosines') return [result.axes.length, result.axes.length];
  }
  const points = result.kind === 'trajectory' ? result.steps.length : 0;
  if (path === 'coordinates' && points > 0) return [points, length / points];
  return [length];
}
