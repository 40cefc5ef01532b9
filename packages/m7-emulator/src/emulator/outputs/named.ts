import { describeValue, InvalidArgumentError } from '@pct/core';
import { logOutput } from './logOutput.js';
import { processOutput } from './process/processOutput.js';
import { projectionOutput } from './projection.js';
import { completionOutput, correctionOutput, standardOutput } from './standard.js';
import { transferOutput } from './transfer.js';
import type { OutputLayer } from './types.js';

const layers = {
  standard: standardOutput,
  log: logOutput,
  completion: completionOutput,
  correction: correctionOutput,
  projection: projectionOutput,
  transfer: transferOutput,
  process: processOutput,
} as const;

/** Names of the output layers that are here. */
export type OutputLayerName = keyof typeof layers;

/** {@link OutputLayerName}s, for choosing. */
export const outputLayerNames = Object.keys(layers) as readonly OutputLayerName[];

/**
 * A layer from its name; one of your own comes back as it is.
 *
 * @throws {@link InvalidArgumentError} for an unknown name, or what is no layer
 */
export function outputLayer(
  functionName: string,
  choice: string | OutputLayer,
  own: readonly OutputLayer[] = [],
): OutputLayer {
  if (typeof choice === 'string') {
    const found = own.find(({ name }) => name === choice) ?? layers[choice as OutputLayerName];
    if (found !== undefined && (Object.hasOwn(layers, choice) || own.includes(found))) return found;
    throw new InvalidArgumentError(
      `${functionName}: the output layer must be one of ${outputLayerNames.join(', ')}, or be given as { name, width, values }, got "${choice}"`,
    );
  }
  const sound =
    typeof choice.name === 'string' &&
    typeof choice.values === 'function' &&
    Number.isInteger(choice.width) &&
    choice.width > 0;
  if (sound) return choice;
  throw new InvalidArgumentError(
    `${functionName}: an output layer must have a name, a width of at least 1 and a function values, got ${describeValue(choice)}`,
  );
}
