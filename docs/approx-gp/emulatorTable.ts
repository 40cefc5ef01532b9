/**
 * Trains the emulators of {@link emulatorSpace} that are not in FILE yet: a table for quality.ts. One thread; about one
 * emulator per second.
 *
 *   npm run script -- docs/approx-gp/emulatorTable.ts [--out docs/approx-gp/emulator-table.jsonl] [--tiny]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gridOf } from '@hpo/approx-gp/tables';
import { rememberIn } from '../gnn-dfl/remember.js';
import { emulatorSpace } from './emulatorSpace.js';
import { emulatorTrainer } from './emulatorTrainer.js';

const { values } = parseArgs({
  options: {
    /** Scores of finished emulators, one line each. */
    out: { type: 'string', default: fileURLToPath(new URL('emulator-table.jsonl', import.meta.url)) },
    /** Three small emulators, for a test of the script. */
    tiny: { type: 'boolean', default: false },
  },
});
const train = await emulatorTrainer(values.tiny);
const remember = await rememberIn(values.out);
const digits = (value: number): number => Number(value.toPrecision(4));
const grid = gridOf(emulatorSpace);
for (const [row, { logRate, logWidth, logKnee, ...choices }] of (values.tiny
  ? grid.slice(0, 3)
  : grid
).entries()) {
  await remember(String(row), async () => {
    const config = { rate: 10 ** logRate, width: 2 ** logWidth, knee: 10 ** logKnee, ...choices, seed: row };
    const { score, test } = await train(config);
    return [digits(score), digits(test)];
  });
  if (row % 50 === 0) process.stderr.write(`${row} of ${grid.length}\n`);
}
