import { InvalidArgumentError, trackProgress, type Progress } from '@pct/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe('trackProgress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function record(total: number, minimumIntervalMs?: number) {
    const reports: Progress[] = [];
    const tracker = trackProgress(total, (progress) => reports.push(progress), { minimumIntervalMs });
    return { reports, tracker };
  }

  it('reports the first step, then not more often than asked, then the end', () => {
    const { reports, tracker } = record(10, 100);
    for (let step = 0; step < 10; step++) {
      vi.advanceTimersByTime(40);
      tracker.advance();
    }
    tracker.finish();
    expect(reports).toEqual([
      { done: 1, total: 10, elapsedMs: 40, remainingMs: 360 },
      { done: 4, total: 10, elapsedMs: 160, remainingMs: 240 },
      { done: 7, total: 10, elapsedMs: 280, remainingMs: 120 },
      { done: 10, total: 10, elapsedMs: 400, remainingMs: 0 },
    ]);
  });

  it('has no estimate before the first step is done', () => {
    const { reports, tracker } = record(4, 0);
    vi.advanceTimersByTime(5);
    tracker.report(0, 'loading');
    tracker.report(1);
    expect(reports).toEqual([
      { done: 0, total: 4, elapsedMs: 5, remainingMs: undefined, message: 'loading' },
      { done: 1, total: 4, elapsedMs: 5, remainingMs: 15, message: 'loading' },
    ]);
  });

  it('never goes backwards, never beyond the end, and ends exactly once', () => {
    const steps = fc.array(fc.double({ min: -5, max: 30, noNaN: true }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, fc.nat(20), fc.nat(200), (values, total, interval) => {
        const { reports, tracker } = record(total, interval);
        for (const value of values) {
          vi.advanceTimersByTime(50);
          tracker.report(value);
        }
        tracker.finish();
        tracker.finish();
        tracker.report(1);
        const counts = reports.map(({ done }) => done);
        expect(counts).toEqual([...counts].sort((a, b) => a - b));
        expect(counts.filter((done) => done === total)).toHaveLength(1);
        expect(counts.at(-1)).toBe(total);
      }),
    );
  });

  it('learns an unknown total at the end', () => {
    const { reports, tracker } = record(Infinity, 0);
    tracker.advance(2);
    tracker.advance(3);
    tracker.finish();
    expect(reports.map(({ done, total }) => [done, total])).toEqual([
      [2, Infinity],
      [5, Infinity],
      [5, 5],
    ]);
    expect(reports.map(({ remainingMs }) => remainingMs)).toEqual([undefined, undefined, 0]);
  });

  it('does nothing without a receiver', () => {
    const tracker = trackProgress(1, undefined);
    expect(() => {
      tracker.advance();
      tracker.finish();
    }).not.toThrow();
  });

  it('rejects bad numbers', () => {
    expect(() => trackProgress(NaN, undefined)).toThrow(
      'trackProgress: total must be an integer of at least 0, got NaN',
    );
    expect(() => trackProgress(-1, undefined)).toThrow(InvalidArgumentError);
    expect(() => trackProgress(1, undefined, { minimumIntervalMs: -1 })).toThrow('minimumIntervalMs');
    expect(() => record(3).tracker.report(NaN)).toThrow('done must be a number, got NaN');
  });
});
