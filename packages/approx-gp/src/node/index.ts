export { journalFile } from './journalFile.js';
export type { JournalFile, JournalFileOptions, JournalRepair } from './journalFile.js';
export { redisStorage } from './redis/redisStorage.js';
export type { RedisStorage, RedisStorageOptions } from './redis/redisStorage.js';
export type { RedisTls } from './redis/redisUrl.js';
