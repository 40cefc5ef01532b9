import { describeValue, InvalidArgumentError, type Objective, type ParameterBlock } from '@pct/core';

/**
 * Which parameters a matrix is about: names of parameter blocks, in which `*` stands for any text, or a regular
 * expression for names.
 */
export type BlockChoice = string | RegExp | readonly string[];

/** A run of parameters: place of the first, and their number. */
export type IndexRange = readonly [offset: number, length: number];

/**
 * Where the chosen blocks lie in the parameter vector; neighbours are joined.
 *
 * @throws {@link InvalidArgumentError} if the objective has no blocks or none is chosen
 */
export function rangesOf(functionName: string, objective: Objective, choice: BlockChoice): IndexRange[] {
  const { blocks } = objective;
  if (blocks === undefined)
    throw new InvalidArgumentError(
      `${functionName}: option block needs an objective with blocks, which name its parameters`,
    );
  const chosen = blocks.filter(({ name }) => matches(functionName, choice, name));
  if (chosen.length === 0)
    throw new InvalidArgumentError(
      `${functionName}: option block must choose from ${blocks.map(({ name }) => name).join(', ')}, ` +
        `got ${choice instanceof RegExp ? String(choice) : describeValue(choice)}`,
    );
  const ranges: IndexRange[] = [];
  for (const block of chosen) {
    const length = lengthOf(block);
    const last = ranges.at(-1);
    if (last !== undefined && last[0] + last[1] === block.offset)
      ranges[ranges.length - 1] = [last[0], last[1] + length];
    else ranges.push([block.offset, length]);
  }
  return ranges;
}

function matches(functionName: string, choice: BlockChoice, name: string): boolean {
  if (choice instanceof RegExp) return name.search(choice) >= 0;
  const patterns = typeof choice === 'string' ? [choice] : choice;
  if (!Array.isArray(patterns) || !patterns.every((pattern) => typeof pattern === 'string'))
    throw new InvalidArgumentError(
      `${functionName}: option block must be a name, names or a regular expression, got ${describeValue(choice)}`,
    );
  return patterns.some((pattern) => {
    const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${escaped.join('.*')}$`).test(name);
  });
}

/** Number of parameters of a block. */
function lengthOf({ shape }: ParameterBlock): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Copies the entries of `full` in the ranges to a vector of their own. */
export function gather(full: Float64Array, ranges: readonly IndexRange[]): Float64Array {
  const part = new Float64Array(ranges.reduce((sum, [, length]) => sum + length, 0));
  let at = 0;
  for (const [offset, length] of ranges) {
    part.set(full.subarray(offset, offset + length), at);
    at += length;
  }
  return part;
}

/** Puts the entries of `part` to their places in `full`. */
export function scatter(part: Float64Array, ranges: readonly IndexRange[], full: Float64Array): void {
  let at = 0;
  for (const [offset, length] of ranges) {
    full.set(part.subarray(at, at + length), offset);
    at += length;
  }
}
