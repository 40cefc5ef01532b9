import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process that runs a job per line of input and answers with a line of JSON. */
export class Peer {
  readonly #process;
  readonly #answers;

  constructor(command: string, args: readonly string[], threads: number) {
    const count = String(threads);
    this.#process = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        ...process.env,
        OMP_NUM_THREADS: count,
        OPENBLAS_NUM_THREADS: count,
        MKL_NUM_THREADS: count,
      },
    });
    // Without the program the answers simply end.
    this.#process.on('error', () => undefined);
    this.#process.stdin.on('error', () => undefined);
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Its next line; undefined if it has ended. */
  async answer<T>(): Promise<T | undefined> {
    const { value, done } = await this.#answers.next();
    return done === true ? undefined : (JSON.parse(value) as T);
  }

  /** Runs a job. */
  async ask<T>(job: string): Promise<T> {
    this.#process.stdin.write(`${job}\n`);
    const answer = await this.answer<T>();
    if (answer === undefined) throw new Error('a peer ended early');
    return answer;
  }

  end(): void {
    this.#process.kill();
  }
}
