/**
 * Compares generated pairs with the published training set and writes the tables into docs/m7-data.md.
 *
 *   npm run script -- docs/m7/statistics.ts [--rows 300000] [--seed 1] [--print] [--tiny]
 *
 * With --files X.npy y.npy it takes pairs from files of that layout instead, such as the published ones, and prints.
 */
import { parseArgs } from 'node:util';
import {
  conservedSpecies,
  generatePairs,
  outputIndex,
  type OutputName,
  pairInputs,
  pairOutputs,
  type PairStatistics,
  pairStatistics,
} from '@climate/m7-emulator/data';
import { openPairs } from '@climate/m7-emulator/node';
import { writeComparison } from '../tables.js';
import * as published from './published.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '300000' },
    seed: { type: 'string', default: '1' },
    /** Print the tables instead of writing them. */
    print: { type: 'boolean', default: false },
    /** Few rows, printed: to see whether it runs. */
    tiny: { type: 'boolean', default: false },
    /** The two names that follow are files to take pairs from. */
    files: { type: 'boolean', default: false },
  },
});

const number = (value: number): string => {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [digits, power] = size.toExponential(1).split('e') as [string, string];
    return `${value < 0 ? '−' : ''}${digits}e${Number(power)}`.replace('e-', 'e−');
  }
  return `${value < 0 ? '−' : ''}${Number(size.toPrecision(3))}`;
};
const fixed = (value: number): string => value.toFixed(2).replace('-', '−');
const verdict = (passed: boolean): string => (passed ? 'yes' : '**no**');

function inputTable({ inputs }: PairStatistics): string[] {
  const rows = pairInputs.map(({ name, index }) => {
    const ours = inputs[index]!;
    const [mean, sd, logMean, logSd] = published.inputs[name];
    const within = Math.abs(ours.logMean - logMean) <= published.limits.logMean;
    const logs = [ours.logMean, logMean, ours.logMean - logMean, ours.logSd, logSd].map(fixed);
    const plain = [ours.mean, mean, ours.sd, sd].map(number);
    return `| ${[`\`${name}\``, ...logs.slice(0, 3), verdict(within), ...logs.slice(3), ...plain].join(' | ')} |`;
  });
  const heads = ['ln mean', 'published', 'difference', `within ${published.limits.logMean}`];
  const rest = ['ln sd', 'published', 'mean', 'published', 'sd', 'published'];
  return [`| input | ${[...heads, ...rest].join(' | ')} |`, `|${' --- |'.repeat(11)}`, ...rows];
}

function changeTable({ asinhSd, imbalance }: PairStatistics): string[] {
  const rows = conservedSpecies.map((species) => {
    const ratio = asinhSd[species] / published.asinhSd[species];
    const { asinhFactor } = published.limits;
    const within = ratio <= asinhFactor && ratio >= 1 / asinhFactor;
    const cells = [
      number(asinhSd[species]),
      number(published.asinhSd[species]),
      ratio.toFixed(2),
      verdict(within),
    ];
    return `| ${species} | ${cells.join(' | ')} | ${number(imbalance[species])} |`;
  });
  return [
    '| species | sd of asinh(change) | published | ratio | within a factor 3 | largest relative change of its mass |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function meanTable({ targets }: PairStatistics): string[] {
  const rows = Object.entries(published.meanChanges).map(
    ([name, theirs]) =>
      `| \`${name}\` | ${number(targets[outputIndex(name as OutputName)]!.mean)} | ${number(theirs)} |`,
  );
  return ['| mean change of | ours | published |', '| --- | --- | --- |', ...rows];
}

function signSentence({ wrongSigns, rows }: PairStatistics): string {
  const wrong = pairOutputs.filter(({ index }) => wrongSigns[index]! > 0);
  const fixedSigns = pairOutputs.filter(({ sign }) => sign !== 0).length;
  if (wrong.length === 0)
    return `Of the ${fixedSigns} outputs with one sign, none of ${rows} rows has the other.`;
  return `Wrong signs: ${wrong.map(({ name, index }) => `\`${name}\` in ${wrongSigns[index]!} rows`).join(', ')}.`;
}

function tables(statistics: PairStatistics): string {
  return [
    ...inputTable(statistics),
    '',
    ...changeTable(statistics),
    '',
    signSentence(statistics),
    '',
    ...meanTable(statistics),
  ].join('\n');
}

async function ofFiles([x = '', y = '']: readonly string[]): Promise<PairStatistics> {
  const reader = await openPairs(x, y);
  try {
    return await pairStatistics(reader.chunks());
  } finally {
    await reader.close();
  }
}

if (values.files) {
  console.log(tables(await ofFiles(positionals)));
} else {
  const rows = values.tiny ? 1500 : Number(values.rows);
  const seed = Number(values.seed);
  const text = `${rows} pairs, seed ${seed}.\n\n${tables(await pairStatistics(generatePairs({ rows, seed })))}`;
  if (values.print || values.tiny) console.log(text);
  else await writeComparison('m7-data.md', text);
}
