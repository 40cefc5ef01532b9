import { describe, expect, it } from 'vitest';
import { EngineCache } from '../../src/train/EngineCache.js';

/** A cache of two, and what was made and disposed of so far. */
function recorded() {
  const cache = new EngineCache<{ readonly name: string; dispose(): Promise<void> }>(2);
  const made: string[] = [];
  const disposed: string[] = [];
  const make = (name: string) => () => {
    made.push(name);
    return Promise.resolve({
      name,
      dispose: () => {
        disposed.push(name);
        return Promise.resolve();
      },
    });
  };
  const use = (name: string, work = () => Promise.resolve()) =>
    cache.use(name, make(name), async (engine) => {
      await work();
      expect(disposed).not.toContain(engine.name);
    });
  return { cache, made, disposed, use };
}

describe('EngineCache', () => {
  it('keeps what was used last', async () => {
    const { made, disposed, use } = recorded();
    for (const name of ['a', 'b', 'a', 'c', 'a']) await use(name);
    expect(made).toEqual(['a', 'b', 'c']);
    expect(disposed).toEqual(['b']);
  });

  it('frees nothing that works', async () => {
    const { made, disposed, use } = recorded();
    let finish = (): void => undefined;
    const long = use('a', () => new Promise<void>((resolve) => (finish = resolve)));
    for (const name of ['b', 'c', 'd']) await use(name);
    expect(disposed).toEqual(['b', 'c']);
    finish();
    await long;
    await use('a');
    expect(made).toEqual(['a', 'b', 'c', 'd']);
  });

  it('tries again after a failure', async () => {
    const { cache, use, made } = recorded();
    const fail = () => Promise.reject(new Error('no memory'));
    await expect(cache.use('a', fail, () => Promise.resolve(1))).rejects.toThrow('no memory');
    await use('a');
    expect(made).toEqual(['a']);
  });
});
