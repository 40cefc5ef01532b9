export { journalFile } from './journalFile.js';
export type { JournalFile, JournalFileOptions, JournalRepair } from './journalFile.js';
