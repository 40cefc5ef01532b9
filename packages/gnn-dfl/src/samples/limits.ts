import { InvalidArgumentError } from '@pct/core';

/** Bytes that the largest array of a program may have; a derivative keeps dozens of arrays like it. */
const LARGEST_ARRAY = 2 ** 30;

/** Most edges for a network of array operations whose widest array has so many channels per edge. */
export const mostEdgesOfPlain = (channels: number): number => Math.floor(LARGEST_ARRAY / (4 * channels));

/** @throws InvalidArgumentError with the remedy if a graph is too large for the memory that a network may take */
export function checkEdges(edges: number, most: number, from: string): void {
  if (edges > most)
    throw new InvalidArgumentError(
      `interactionNetwork: the graph of a frame may have at most ${most} edges, got ${edges} from ${from}; ` +
        'lower maxAngleCalorimeter and maxAngleTracker, or put fewer primaries into a frame',
    );
}
