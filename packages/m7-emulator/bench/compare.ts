/**
 * Compares M7 with a table of another program's states before and after one step:
 *
 *     pnpm --filter @climate/m7-emulator compare FILE [FILE ...] [options]
 *
 * Variant and switches follow from names such as ref_ham_w1_o0.csv and ref_lotoseuros_n2.csv, or are given:
 *     --variant ham2|classic            --water zdanovskii|kappa
 *     --nucleation vehkamaki|kulmala|none   --organic none|activation|kinetic
 *     --dt SECONDS (450)                --exact (do not repeat slips of the Fortran)
 *     --limit RELATIVE (1e-6): a larger difference makes the exit code 1
 */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Comparison,
  compareReference,
  type M7Options,
  optionsOfFile,
  parseReference,
} from '@climate/m7-emulator/m7';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    variant: { type: 'string' },
    water: { type: 'string' },
    nucleation: { type: 'string' },
    organic: { type: 'string' },
    dt: { type: 'string', default: '450' },
    limit: { type: 'string', default: '1e-6' },
    exact: { type: 'boolean', default: false },
  },
});

/** What the flags say, and what they leave open by the name of the file. */
function optionsFor(file: string): M7Options {
  const { variant, water, nucleation, organic, exact } = values;
  const named = variant === undefined ? optionsOfFile(basename(file)) : {};
  const flags = { variant, water, nucleation, organicNucleation: organic, likeFortran: !exact };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  // createM7 checks what the flags say.
  return { ...named, ...(Object.fromEntries(given) as M7Options) };
}

function report(file: string, options: M7Options, comparison: Comparison): void {
  const { states, outputs, relative, worst } = comparison;
  process.stdout.write(`${file}: ${states} states, ${JSON.stringify(options)}\n`);
  process.stdout.write('output           largest relative difference  state  equal below\n');
  for (const { name, relative: difference, cell, floor } of outputs) {
    const state = cell < 0 ? '-' : String(cell);
    process.stdout.write(
      `${name.padEnd(16)} ${difference.toExponential(2).padStart(27)} ${state.padStart(6)}  ${floor.toExponential(0).padStart(11)}\n`,
    );
  }
  process.stdout.write(`overall ${relative.toExponential(2)} (${worst})\n\n`);
}

const limit = Number(values.limit);
if (positionals.length === 0 || !(limit > 0)) {
  process.stderr.write(
    'usage: compare FILE [FILE ...] [--variant ham2|classic] [--limit 1e-6], see bench/compare.ts\n',
  );
  process.exitCode = 2;
}
for (const file of positionals) {
  // npm and pnpm change the directory to that of the package; the user's is in INIT_CWD.
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  try {
    const options = optionsFor(file);
    const reference = parseReference(await readFile(path, 'utf8'), basename(file));
    const comparison = compareReference(reference, options, Number(values.dt));
    report(basename(file), options, comparison);
    if (!(comparison.relative <= limit)) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
