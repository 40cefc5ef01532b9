/** Samples a surface into a journal, a point every few milliseconds; the test kills it. */
import { sampleSurface } from '@viz/gradvis';
import { fileJournal } from '@viz/gradvis/node';
import { slowBowl, surfaceAxes } from './slowBowl.js';

await using journal = fileJournal(process.argv[2]!);
await sampleSurface(slowBowl(10), new Float64Array(2), surfaceAxes, {
  journal,
  onProgress: ({ done }) => process.stdout.write(`${done}\n`),
});
