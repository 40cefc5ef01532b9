import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { PctError } from '@pct/core';
import type { RedisAddress } from './redis/redisUrl.js';

/** What a server answers. */
export type Reply = string | number | null | { readonly error: string } | readonly Reply[];

/** Settings of {@link RedisConnection}. */
export interface RedisConnectionSettings {
  /** Sent at once after connecting, and again and again while the connection is open. */
  readonly heartbeat: readonly string[];
  /** Time between two heartbeats, in milliseconds. */
  readonly beatMs: number;
  /** Sent when the connection is closed. */
  readonly farewell: readonly string[];
  /** How long a command waits for a server that went away, in milliseconds. */
  readonly timeoutMs: number;
}

interface Answer {
  readonly id: number;
  readonly reply?: Reply;
  readonly failure?: { readonly kind: 'unreachable' | 'refused' | 'protocol'; readonly message: string };
}

// The same name beside this file in the sources and beside the bundle that holds it.
const workerFile = new URL('./redisWorker.js', import.meta.url);

/** How much longer than the thread may take its answer is waited for, in milliseconds: it has to start, too. */
const THREAD_MS = 20_000;

/**
 * A connection to a Redis server that is used synchronously: a worker thread talks to the server while the caller waits.
 * The thread keeps no process alive.
 */
export class RedisConnection {
  private readonly name: string;
  private readonly timeoutMs: number;
  private readonly port: MessagePort;
  /** Counts the answers. */
  private readonly signal = new Int32Array(new SharedArrayBuffer(4));
  private requests = 0;
  private closed = false;

  constructor(address: RedisAddress, settings: RedisConnectionSettings) {
    const { name, ...place } = address;
    this.name = name;
    this.timeoutMs = settings.timeoutMs;
    if (!existsSync(workerFile)) {
      throw failure(
        `its thread's file ${fileURLToPath(workerFile)} is missing; a bundler left it out: copy it from @hpo/approx-gp/dist/node`,
      );
    }
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const worker = new Worker(workerFile, {
      name: 'redisStorage',
      // No loaders of the main thread: some of them wait for it, and it waits for this thread.
      execArgv: [],
      workerData: { ...settings, address: place, port: port2, signal: this.signal },
      transferList: [port2],
    });
    worker.unref();
  }

  /**
   * Sends a command and waits for its reply. The server may get it twice, if the connection breaks in between.
   *
   * @param patient - whether to wait for a server that went away
   * @throws PctError if the server cannot be reached or refuses
   */
  run(command: readonly (string | number)[], patient = true): Reply {
    if (this.closed) throw failure(`${this.name} is closed; open another storage`);
    const { reply = null, failure: failed } = this.request({ command: command.map(String), patient });
    if (failed !== undefined) throw this.explain(failed.kind, failed.message);
    if (typeof reply === 'object' && reply !== null && 'error' in reply) {
      throw this.explain('refused', reply.error);
    }
    return reply;
  }

  /** Says farewell and ends the thread. May be called again. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.request({});
  }

  private request(message: { readonly command?: readonly string[]; readonly patient?: boolean }): Answer {
    const id = ++this.requests;
    const deadline = performance.now() + this.timeoutMs + THREAD_MS;
    this.port.postMessage({ id, ...message });
    for (;;) {
      const seen = Atomics.load(this.signal, 0);
      const received = receiveMessageOnPort(this.port) as { readonly message: Answer } | undefined;
      if (received?.message.id === id) return received.message;
      // An answer that was given up comes late.
      if (received !== undefined) continue;
      const rest = Math.max(0, deadline - performance.now());
      if (Atomics.wait(this.signal, 0, seen, rest) === 'timed-out') {
        throw failure(`the thread that talks to ${this.name} does not answer`);
      }
    }
  }

  private explain(kind: NonNullable<Answer['failure']>['kind'], message: string): PctError {
    const { name } = this;
    if (kind === 'unreachable') {
      const tls = name.startsWith('rediss:')
        ? 'that it speaks TLS with a certificate that is trusted here (option tls)'
        : 'that it does not expect TLS (rediss://)';
      return failure(
        `cannot reach ${name} (${message}); check the address, that the server runs and lets this machine in ` +
          `(its settings bind and protected-mode, firewalls), and ${tls}`,
      );
    }
    if (kind === 'protocol') {
      return failure(`${name} does not answer as a Redis server does, got ${message}; check the port`);
    }
    if (/^(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/.test(message)) {
      return failure(
        `${name} refuses the login (${message}); check user and password in the URL, with special characters percent-encoded`,
      );
    }
    if (message.startsWith('LOADING')) {
      return failure(
        `${name} is still loading its data after ${this.timeoutMs} ms; wait, or raise timeoutMs`,
      );
    }
    return failure(`${name} refuses: ${message}`);
  }
}

/** What goes wrong between this process and the server. */
export function failure(message: string): PctError {
  return new PctError('ERR_REDIS', `redisStorage: ${message}`);
}
