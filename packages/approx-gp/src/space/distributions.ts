import { describeValue, InvalidArgumentError } from '@pct/core';
import type { Choice, PlainParameter } from './parameters.js';

/** What Optuna writes about a parameter, as JSON text. */
export function distributionText(parameter: PlainParameter): string {
  if (parameter.kind === 'categorical') {
    return JSON.stringify({
      name: 'CategoricalDistribution',
      attributes: { choices: parameter.choices },
    });
  }
  const { kind, low, high, log, step } = parameter;
  const name = kind === 'int' ? 'IntDistribution' : 'FloatDistribution';
  return JSON.stringify({ name, attributes: { low, high, log, step: step ?? null } });
}

/** What a number in a journal stands for: the index of a choice, or the value itself. */
export function externalValue(distribution: string, internal: number): Choice {
  const choices = choicesOf(distribution);
  return choices === undefined ? internal : (choices[internal] ?? null);
}

/** The number that stands for a value in a journal. */
export function internalValue(parameter: PlainParameter, value: Choice): number {
  return parameter.kind === 'categorical' ? parameter.choices.indexOf(value) : (value as number);
}

function choicesOf(distribution: string): readonly Choice[] | undefined {
  const { name, attributes } = JSON.parse(distribution) as {
    name?: unknown;
    attributes?: { choices?: readonly Choice[] };
  };
  if (name === 'FloatDistribution' || name === 'IntDistribution') return undefined;
  if (name === 'CategoricalDistribution' && attributes?.choices !== undefined) return attributes.choices;
  // Names of Optuna before version 3; all but the categorical one hold the value itself.
  if (
    typeof name === 'string' &&
    /^(Uniform|LogUniform|DiscreteUniform|IntUniform|IntLogUniform)/.test(name)
  ) {
    return undefined;
  }
  throw new InvalidArgumentError(`openStudy: there is no distribution ${describeValue(name)}`);
}
