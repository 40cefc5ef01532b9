/** What holds an engine's memory. */
interface Disposable {
  dispose(): Promise<void>;
}

interface Entry<T> {
  readonly made: Promise<T>;
  users: number;
}

/**
 * Compiled networks of this thread by their settings: a training asks for the same one again and again. What was not used
 * for longest is freed when there are too many, but never while it works.
 */
export class EngineCache<T extends Disposable> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly most: number;

  /** @param most - so many are kept, unless more are at work */
  constructor(most: number) {
    this.most = most;
  }

  /**
   * Lets `work` have what belongs to the key, which is made if need be.
   *
   * @throws whatever `make` or `work` throws; a failed `make` is tried again the next time
   */
  async use<R>(key: string, make: () => Promise<T>, work: (made: T) => Promise<R>): Promise<R> {
    const entry = this.entries.get(key) ?? { made: make(), users: 0 };
    // The last place is that of the latest use.
    this.entries.delete(key);
    this.entries.set(key, entry);
    entry.users++;
    try {
      const made = await entry.made.catch((error: unknown) => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
        throw error;
      });
      return await work(made);
    } finally {
      entry.users--;
      await this.shrink();
    }
  }

  private async shrink(): Promise<void> {
    for (const [key, { made, users }] of this.entries) {
      if (this.entries.size <= this.most) return;
      if (users > 0) continue;
      this.entries.delete(key);
      await (await made).dispose();
    }
  }
}
