import { throwIfAborted, yieldToEventLoop } from '@pct/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

describe('yieldToEventLoop', () => {
  afterEach(() => void vi.unstubAllGlobals());

  async function timerRunsMeanwhile(): Promise<boolean> {
    let ran = false;
    setTimeout(() => (ran = true), 0);
    const start = performance.now();
    while (performance.now() - start < 3);
    // A browser does not promise that one turn suffices for a timer that is due.
    for (let turn = 0; turn < 100 && !ran; turn++) await yieldToEventLoop();
    return ran;
  }

  it('lets timers run in Node', async () => {
    expect(await timerRunsMeanwhile()).toBe(true);
  });

  it('uses a message channel where there is nothing better', async () => {
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('scheduler', undefined);
    expect(await timerRunsMeanwhile()).toBe(true);
  });

  it('uses scheduler.yield in browsers that have it', async () => {
    const yieldNow = vi.fn(() => Promise.resolve());
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('scheduler', { yield: yieldNow });
    await yieldToEventLoop();
    expect(yieldNow).toHaveBeenCalledOnce();
  });
});

describe('throwIfAborted', () => {
  it('throws the reason of an aborted signal only', () => {
    const controller = new AbortController();
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(controller.signal)).not.toThrow();
    controller.abort(new Error('stopped'));
    expect(() => throwIfAborted(controller.signal)).toThrow('stopped');
  });
});
