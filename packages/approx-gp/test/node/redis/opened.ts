import { redisStorage, type RedisStorage, type RedisStorageOptions } from '@hpo/approx-gp/node';
import { RedisConnection, type Reply } from '../../../src/node/RedisConnection.js';
import { readRedisUrl } from '../../../src/node/redis/redisUrl.js';

const opened: { close(): void }[] = [];
let count = 0;

/** A name that no other journal of this file has. */
export const newPrefix = (): string => `study-${count++}`;

/** A storage that {@link closeAll} closes. */
export function open(url: string, options: RedisStorageOptions = {}): RedisStorage {
  const storage = redisStorage(url, options);
  opened.push(storage);
  return storage;
}

/** Sends any command, as programs that know nothing of this storage do. */
export function client(url: string): (...command: (string | number)[]) => Reply {
  const connection = new RedisConnection(readRedisUrl(url, undefined), {
    heartbeat: ['PING'],
    beatMs: 60_000,
    farewell: ['PING'],
    timeoutMs: 1000,
  });
  opened.push(connection);
  return (...command) => connection.run(command);
}

/** Closes everything that was opened since. */
export function closeAll(): void {
  for (const each of opened.splice(0)) each.close();
}
