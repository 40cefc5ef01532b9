import { checkFinite, describeValue, InvalidArgumentError } from '@pct/core';
import type { Storage } from '../../storage/types.js';
import { aliveKey, createBeatingName } from './heartbeat.js';
import { RedisConnection } from '../RedisConnection.js';
import { RedisJournal } from './RedisJournal.js';
import { readRedisUrl, type RedisTls } from './redisUrl.js';

/** Options of {@link redisStorage}. */
export interface RedisStorageOptions {
  /**
   * Begins the names of all keys, as Optuna's `prefix` does: keeps several journals on one server apart.
   * @defaultValue `''`
   */
  readonly prefix?: string | undefined;
  /**
   * Time in milliseconds, from 100 to 10⁹, after which a worker that the server did not hear of counts as dead, so that its
   * trials are given out again. A thread says that this worker lives three times as often, whatever the main thread does.
   * Killed processes of this machine are recognised at once (Linux).
   * @defaultValue `60000`
   */
  readonly aliveMs?: number | undefined;
  /**
   * Time in milliseconds, at least 1, after which others get the lock of a worker that does not give it back. No line is
   * lost or doubled if that worker is just slow.
   * @defaultValue `5000`
   */
  readonly lockGraceMs?: number | undefined;
  /**
   * How long a call waits for a server that went away or is loading its data, in milliseconds from 0 on, before it throws.
   * A server that cannot be reached in the first place is an error at once.
   * @defaultValue `60000`
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Certificates for `rediss://`.
   * @defaultValue the server's certificate must be one that Node trusts
   */
  readonly tls?: RedisTls | undefined;
}

/** A journal on a Redis server, from {@link redisStorage}. */
export interface RedisStorage extends Storage {
  /** Ends the connection; trials that this worker has not told are given out again by others. */
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * A storage on a Redis server that several machines share, with the keys of Optuna's `JournalRedisBackend`: Optuna and its
 * dashboard open the same studies, and this opens theirs. A single server or a primary with replicas, no Redis Cluster.
 *
 * Like every storage it is synchronous: the caller waits while a thread talks to the server. A broken connection is opened
 * again, and no line is appended twice. The thread does not keep the process alive.
 *
 * @param url - `redis://user:password@host:6379/0`, `rediss://` for TLS, or `unix:///path/to/socket?db=0`
 * @param options - {@link RedisStorageOptions}
 * @throws {@link InvalidArgumentError} if the URL or an option is wrong · PctError with the code `ERR_REDIS` if the server
 *   cannot be reached or refuses, here and later
 * @example
 * ```ts
 * const storage = redisStorage('redis://:secret@tuning.example.org', { prefix: 'net' });
 * const study = createStudy({ name: 'net', space, storage });
 * ```
 */
export function redisStorage(url: string | URL, options: RedisStorageOptions = {}): RedisStorage {
  const { prefix = '', aliveMs = 60_000, lockGraceMs = 5_000, timeoutMs = 60_000, tls } = options;
  const address = readRedisUrl(url, tls);
  if (typeof prefix !== 'string') {
    throw new InvalidArgumentError(`redisStorage: prefix must be a text, got ${describeValue(prefix)}`);
  }
  checkFinite('redisStorage', 'aliveMs', aliveMs, { min: 100, max: 1e9 });
  checkFinite('redisStorage', 'lockGraceMs', lockGraceMs, { min: 1 });
  checkFinite('redisStorage', 'timeoutMs', timeoutMs, { min: 0 });

  const worker = createBeatingName();
  const alive = aliveKey(prefix, worker);
  const connection = new RedisConnection(address, {
    heartbeat: ['SET', alive, '1', 'PX', String(Math.ceil(aliveMs))],
    beatMs: aliveMs / 3,
    farewell: ['DEL', alive],
    timeoutMs,
  });
  const name = prefix === '' ? address.name : `${address.name}, prefix ${prefix}`;
  const journal = new RedisJournal(connection, { name, worker, prefix, lockMs: Math.ceil(lockGraceMs) });
  try {
    // Tells at once what is wrong with the server or the login.
    connection.run(['PING']);
  } catch (error) {
    journal.close();
    throw error;
  }
  return journal;
}
