/** Results that took long, kept in a file of JSON lines: a script that was stopped goes on where it was. */
import { appendFile } from 'node:fs/promises';
import { readIfThere } from './log.js';

/** Gives what stands under a key, or computes it and writes it down. */
export type Remember = <T>(key: string, compute: () => Promise<T> | T) => Promise<T>;

/** Opens the file; a last line that was cut off is computed again. */
export async function rememberIn(file: string): Promise<Remember> {
  const known = new Map<string, unknown>();
  for (const line of ((await readIfThere(file)) ?? Buffer.of()).toString('utf8').split('\n').slice(0, -1)) {
    const [key, value] = JSON.parse(line) as [string, unknown];
    known.set(key, value);
  }
  return async <T>(key: string, compute: () => Promise<T> | T): Promise<T> => {
    if (known.has(key)) return known.get(key) as T;
    const value = await compute();
    await appendFile(file, `${JSON.stringify([key, value])}\n`);
    return value;
  };
}
