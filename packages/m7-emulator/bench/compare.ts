/**
 * Compares M7 with a table of another program's states before and after one step:
 *
 *     pnpm --filter @climate/m7-emulator compare FILE [FILE ...] [options]
 *
 * Variant and switches follow from names such as ref_ham_w1_o0.csv and ref_lotoseuros_n2.csv, or are given:
 *     --variant ham2|classic            --water zdanovskii|kappa
 *     --nucleation vehkamaki|kulmala|none   --organic none|activation|kinetic
 *     --dt SECONDS (that of a name such as ref_ham_w1_o1_dt900.csv, else 450)
 *     --exact (do not repeat slips of the Fortran)
 *     --limit RELATIVE (1e-6): a larger difference makes the exit code 1
 *
 * Exit code 2: a file could not be compared.
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
  stepOfFile,
} from '@climate/m7-emulator/m7';

const usage =
  'usage: compare FILE [FILE ...] [--variant ham2|classic] [--water zdanovskii|kappa]\n' +
  '  [--nucleation vehkamaki|kulmala|none] [--organic none|activation|kinetic] [--dt SECONDS]\n' +
  '  [--exact] [--limit 1e-6], see bench/compare.ts\n';

/** Ends the program when the command line cannot be understood. */
function refuse(reason: string): never {
  process.stderr.write(`${reason}${usage}`);
  process.exit(2);
}

function parseCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        variant: { type: 'string' },
        water: { type: 'string' },
        nucleation: { type: 'string' },
        organic: { type: 'string' },
        dt: { type: 'string' },
        limit: { type: 'string', default: '1e-6' },
        exact: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse(`${(error as Error).message}\n`);
  }
}

const { values, positionals } = parseCommandLine();

/** What the flags say, and what they leave open by the name of the file. */
function optionsFor(file: string): M7Options {
  const { variant, water, nucleation, organic, exact } = values;
  const named = variant === undefined ? optionsOfFile(basename(file)) : {};
  const flags = { variant, water, nucleation, organicNucleation: organic, likeFortran: !exact };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  // createM7 checks what the flags say.
  return { ...named, ...(Object.fromEntries(given) as M7Options) };
}

function report(file: string, options: M7Options, dt: number, comparison: Comparison): void {
  const { states, clamped, outputs, relative, worst } = comparison;
  process.stdout.write(`${file}: ${states} states, dt ${dt} s, ${JSON.stringify(options)}\n`);
  if (clamped > 0) process.stdout.write(`${clamped} inputs were out of range and clamped\n`);
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
if (positionals.length === 0) refuse('');
if (!(limit > 0)) refuse(`--limit must be above 0, got ${values.limit}\n`);
for (const file of positionals) {
  // npm and pnpm change the directory to that of the package; the user's is in INIT_CWD.
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  try {
    const options = optionsFor(file);
    const reference = parseReference(await readFile(path, 'utf8'), basename(file));
    const dt = values.dt === undefined ? stepOfFile(basename(file)) : Number(values.dt);
    const comparison = compareReference(reference, options, dt);
    report(basename(file), options, dt, comparison);
    if (!(comparison.relative <= limit)) process.exitCode ??= 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
