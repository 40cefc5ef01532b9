/**
 * Trains the networks of `digitsTable()` of `@hpo/approx-gp/tables` that are not in FILE yet, and writes the table into the
 * package. One thread; a few networks per second.
 *
 *   npm run script -- docs/approx-gp/tables.ts [--out digits-table.jsonl] [--tiny] [--print]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { digitsSpace, gridOf } from '@hpo/approx-gp/tables';
import { writeFileAtomic } from '@pct/core/node';
import { rememberIn } from '../gnn-dfl/remember.js';
import { tableTrainer, type TableRow, type TableSizes } from './tableNetwork.js';

const { values } = parseArgs({
  options: {
    /** Finished networks, one per line. */
    out: { type: 'string', default: 'digits-table.jsonl' },
    /** Three small networks, for a test of the script. */
    tiny: { type: 'boolean', default: false },
    /** Print the rows instead of writing the package's file. */
    print: { type: 'boolean', default: false },
  },
});
const sizes: TableSizes = values.tiny
  ? { training: 128, validation: 64, test: 64, epochs: 2 }
  : { training: 2000, validation: 2000, test: 2000, epochs: 27 };
/** In place of a number of digits, where the training diverged. */
const DIVERGED = 0xffff;

const train = tableTrainer(sizes);
const remember = await rememberIn(values.out);
const rows: TableRow[] = [];
const grid = gridOf(digitsSpace);
let said = performance.now();
for (const [index, config] of (values.tiny ? grid.slice(0, 3) : grid).entries()) {
  rows.push(await remember(String(index), () => train(config, `digits table ${index}`)));
  if (performance.now() - said < 10_000) continue;
  said = performance.now();
  process.stderr.write(`${index + 1} of ${grid.length}\n`);
}

const packed = new DataView(new ArrayBuffer(2 * rows.length * (sizes.epochs + 1)));
rows.forEach(({ wrong, test }, row) => {
  const cells = [...Array.from({ length: sizes.epochs }, (_, epoch) => wrong[epoch]), test];
  cells.forEach((cell, k) => packed.setUint16(2 * (row * cells.length + k), cell ?? DIVERGED, true));
});

/** Characters per line of the encoded bytes. */
const LINE = 800;
const text = Buffer.from(packed.buffer).toString('base64');
const lines = Array.from(
  { length: Math.ceil(text.length / LINE) },
  (_, k) => `  '${text.slice(k * LINE, (k + 1) * LINE)}'`,
);
const code = `// Written by docs/approx-gp/tables.ts; do not edit.

/** Wrong digits out of 2000: after each of 27 epochs on the validation digits, and at the end on the test digits; uint16. */
export const digitsCurvesBase64 =
${lines.join(' +\n')};
`;
if (values.print) process.stdout.write(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
else {
  const target = '../../packages/approx-gp/src/tables/digitsCurves.ts';
  await writeFileAtomic(fileURLToPath(new URL(target, import.meta.url)), code);
}
