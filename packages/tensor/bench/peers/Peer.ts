import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Task, Timed } from '../programs/task.js';

/** What a peer says about itself when it is ready. */
interface Greeting {
  readonly name: string;
  /** What is wrong with this installation; empty if nothing is. */
  readonly warning: string;
}

/** A process that times tasks: a line of JSON in, a line of JSON out. */
export class Peer {
  readonly #process;
  readonly #answers;

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#process = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...environment },
    });
    // Without the program the answers simply end.
    this.#process.on('error', () => undefined);
    this.#process.stdin.on('error', () => undefined);
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Its first line; undefined if it does not start here. */
  greeting(): Promise<Greeting | undefined> {
    return this.#answer<Greeting>();
  }

  /** Repeats a task for some time; undefined if the peer cannot do it. */
  async time(task: Task, milliseconds: number): Promise<Timed | undefined> {
    this.#process.stdin.write(`${JSON.stringify({ ...task, milliseconds })}\n`);
    const timed = await this.#answer<Timed | { readonly unsupported: string }>();
    if (timed === undefined) throw new Error('a peer ended early');
    return 'unsupported' in timed ? undefined : timed;
  }

  end(): void {
    this.#process.kill();
  }

  async #answer<T>(): Promise<T | undefined> {
    const { value, done } = await this.#answers.next();
    return done === true ? undefined : (JSON.parse(value) as T);
  }
}
