import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PeerParameter } from './targets.js';

const SCRIPT = fileURLToPath(new URL('optuna_peer.py', import.meta.url));

/** Asks and tells a sampler of Optuna. */
export interface OptunaStudy {
  readonly version: string;
  /** The next point: numbers from 0 to 1, or levels of parameters that have them. */
  ask(): Promise<readonly number[]>;
  /** NaN makes the trial fail. */
  tell(value: number): void;
  /** Ends the process. */
  close(): Promise<void>;
}

/** What {@link startOptuna} is told. */
export interface OptunaSettings {
  readonly sampler: 'gp' | 'tpe';
  readonly seed: number;
  readonly parameters: readonly PeerParameter[];
}

/**
 * Starts a process with one sampler of Optuna, on one thread.
 *
 * @param python - interpreter that has optuna, and torch for `gp`
 */
export async function startOptuna(python: string, settings: OptunaSettings): Promise<OptunaStudy> {
  const child = spawn(python, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true)
      throw new Error(`${python} ended early: it needs optuna, and torch for its GPSampler`);
    return JSON.parse(line.value);
  };
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const { optuna: version } = (await read()) as { optuna: string };
  return {
    version,
    ask: async () => (await read()) as readonly number[],
    tell: (value) => void child.stdin.write(`${JSON.stringify(value)}\n`),
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
