/**
 * An append-only list of lines, one JSON record each, in the format of Optuna's journal. Everything a study knows is
 * the replay of its storage, so any other list of lines (a database, a server) can be one.
 */
export interface Storage {
  /** For messages: a path, or what it is. */
  readonly name: string;
  /** Who appends through this object: different for every process and every object, and the same while it lives. */
  readonly worker: string;
  /**
   * Whole lines from a place on, also those that others appended.
   *
   * @param position - 0 for the beginning, otherwise `next` of an earlier call
   */
  read(position: number): { readonly lines: readonly string[]; readonly next: number };
  /**
   * Runs a function while nobody else appends: what it reads is up to date until it is done.
   *
   * @param work - gets the only way to append: lines without line ends, all or nothing of them
   * @returns what the function returns
   */
  exclusively<T>(work: (append: (lines: readonly string[]) => void) => T): T;
  /** Whether a worker may still be at work: false only if it surely is not. */
  isAlive(worker: string): boolean;
}
