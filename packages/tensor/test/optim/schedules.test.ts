import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from '@pct/core';
import { describe, expect, it } from 'vitest';
import {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  oneCycleSchedule,
  stepSchedule,
  warmUp,
  type Schedule,
} from '../../src/optim/schedules.js';

const { schedules } = JSON.parse(
  readFileSync(new URL('./fixtures/optimizers.json', import.meta.url), 'utf8'),
) as { schedules: Readonly<Record<string, readonly number[]>> };

describe('schedules', () => {
  const made: Record<string, Schedule> = {
    step: stepSchedule({ initial: 0.2, every: 4, factor: 0.5 }),
    exponential: exponentialSchedule({ initial: 0.2, factor: 0.9 }),
    cosine: cosineSchedule({ initial: 0.2, final: 0.01, steps: 11 }),
    warmUp: warmUp(constantSchedule(0.2), { steps: 5, from: 0.25 }),
    oneCycle: oneCycleSchedule({ peak: 0.4, steps: 20 }),
  };
  it.each(Object.entries(made))('%s gives the values of PyTorch', (name, schedule) => {
    const expected = schedules[name]!;
    const worst = Math.max(...expected.map((value, step) => Math.abs(value - schedule(step))));
    expect(worst).toBeLessThan(1e-12);
  });

  it('stay at the last value after the end', () => {
    expect(made['cosine']!(1000)).toBeCloseTo(0.01, 12);
    expect(made['oneCycle']!(1000)).toBeCloseTo(0.4 / 25 / 1e4, 12);
  });

  it('warmUp begins the schedule after the rise', () => {
    const schedule = warmUp((step) => 10 - step, { steps: 2 });
    expect([0, 1, 2, 3].map(schedule)).toEqual([0, 5, 10, 9]);
  });

  const bad: [string, () => unknown, RegExp][] = [
    ['a value of NaN', () => constantSchedule(NaN), /constantSchedule: value/],
    [
      'no steps',
      () => cosineSchedule({ initial: 1, steps: 0 }),
      /steps must be an integer of at least 1, got 0/,
    ],
    ['a change every 0 steps', () => stepSchedule({ initial: 1, every: 0 }), /stepSchedule: every/],
    [
      'a negative factor',
      () => exponentialSchedule({ initial: 1, factor: -1 }),
      /exponentialSchedule: factor/,
    ],
    ['a rise of half a step', () => warmUp(constantSchedule(1), { steps: 0.5 }), /warmUp: steps/],
    [
      'a cycle without descent',
      () => oneCycleSchedule({ peak: 1, steps: 10, rise: 1 }),
      /oneCycleSchedule: rise/,
    ],
    ['a divisor of 0', () => oneCycleSchedule({ peak: 1, steps: 10, initialDivisor: 0 }), /initialDivisor/],
  ];
  it.each(bad)('refuse %s', (_, make, message) => {
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(message);
  });
});
