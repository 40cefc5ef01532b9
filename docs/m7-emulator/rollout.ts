/**
 * 48 hours of M7 and of an emulator, each fed with its own outputs: how far they drift apart, and whether the emulator
 * stays within bounds. Writes rollout.svg and prints a table.
 *
 *   npm run script -- docs/m7-emulator/rollout.ts [FILE.safetensors] [--cells 400] [--hours 48] [--print]
 *
 * Without FILE it takes the weights of the package.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createEmulator,
  createM7,
  decodeEmulator,
  type M7State,
  modes,
  numberOf,
  pretrainedEmulator,
  totalOf,
} from '@climate/m7-emulator';
import { conservedSpecies, stateOfRows } from '@climate/m7-emulator/data';
import { writeComparison } from '../tables.js';
import { studyPairs } from './pairs.js';
import { svg } from './plots.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cells: { type: 'string', default: '400' },
    hours: { type: 'string', default: '48' },
    print: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
const model =
  file === undefined ? await pretrainedEmulator() : decodeEmulator(await readFile(file), { file });
const cells = Number(values.cells);
const steps = Math.round((Number(values.hours) * 3600) / model.dt);
const { inputs } = await studyPairs('test', cells);
const { state, meteorology } = stateOfRows(inputs, { dt: model.dt });

/** Median over the cells that have any. */
function medianNumber(at: M7State, mode: (typeof modes)[number]): number {
  const some = numberOf(at, mode).filter((count) => count > 1e-4);
  return some.toSorted()[some.length >> 1] ?? 0;
}

interface Track {
  readonly name: string;
  /** [step][mode] */
  readonly medians: number[][];
  last: M7State;
}
const m7 = createM7();
const alone = await createEmulator(model);
const guarded = await createEmulator(model, { fallback: m7 });
let outsideShare = 0;
const outside = new Uint8Array(cells);
const models = [
  ['M7', (at: M7State) => Promise.resolve(m7.step(at, meteorology, model.dt))],
  ['emulator', (at: M7State) => alone.step(at, meteorology, model.dt)],
  [
    'emulator with M7 for unknown cells',
    async (at: M7State) => {
      const next = await guarded.step(at, meteorology, model.dt, { outside });
      outsideShare += outside.reduce((sum, flag) => sum + flag, 0) / cells / steps;
      return next;
    },
  ],
] as const;
const tracks: Track[] = [];
for (const [name, step] of models) {
  const track: Track = { name, medians: [], last: state };
  for (let k = 0; k < steps; k++) {
    track.last = await step(track.last);
    track.medians.push(modes.map((mode) => medianNumber(track.last, mode)));
  }
  tracks.push(track);
}
await alone.dispose();
await guarded.dispose();

const made = meteorology.h2so4Production.map((rate) => rate * steps * model.dt);
const lines = tracks.map(({ name, last }) => {
  const errors = conservedSpecies.map((species) => {
    const start = totalOf(state, species);
    const wanted = start.map((value, cell) => value + (species === 'SO4' ? made[cell]! : 0));
    return totalOf(last, species).reduce(
      (worst, value, cell) =>
        wanted[cell] === 0 ? worst : Math.max(worst, Math.abs(value / wanted[cell]! - 1)),
      0,
    );
  });
  const least = [...last.mass, ...last.number, ...last.h2so4].reduce((a, b) => Math.min(a, b));
  const drift = modes.map((mode) => {
    const truth = numberOf(tracks[0]!.last, mode);
    const ratios = Array.from(numberOf(last, mode), (value, cell) =>
      truth[cell]! > 1e-2 ? Math.abs(Math.log(Math.max(value, 1e-12) / truth[cell]!)) : NaN,
    ).filter((ratio) => !Number.isNaN(ratio));
    const median = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? 0;
    return `${(100 * Math.expm1(median)).toFixed(1)} %`;
  });
  return `| ${name} | ${Math.max(...errors).toExponential(1)} | ${least.toExponential(1)} | ${drift.join(' | ')} |`;
});
const titles = ['', 'worst error of mass', 'least value', ...modes.map((mode) => `n ${mode}`)];
const table = [
  `${cells} cells of the test season after ${values.hours} h; ${(100 * outsideShare).toFixed(1)} % of the guarded steps were M7's. Numbers: median factor from M7 in percent.`,
  '',
  `| ${titles.join(' | ')} |`,
  `|${' --- |'.repeat(titles.length)}`,
  ...lines,
].join('\n');
process.stdout.write(`${table}\n`);

const [panel, gap, top] = [150, 40, 50];
const parts: string[] = [];
const colours = ['#222', '#c0392b', '#1f6fb2'];
modes.forEach((mode, k) => {
  const left = gap + k * (panel + gap);
  const logs = tracks.map(({ medians }) => medians.map((row) => Math.log10(Math.max(row[k]!, 1e-6))));
  const [low, high] = [Math.min(...logs.flat()) - 0.1, Math.max(...logs.flat()) + 0.1];
  parts.push(
    `<rect x="${left}" y="${top}" width="${panel}" height="${panel}" fill="none" stroke="#ccc"/>`,
    `<text x="${left}" y="${top - 6}" fill="#222">n ${mode}</text>`,
    `<text x="${left - 4}" y="${top + 8}" text-anchor="end" fill="#555">${(10 ** high).toPrecision(2)}</text>`,
    `<text x="${left - 4}" y="${top + panel}" text-anchor="end" fill="#555">${(10 ** low).toPrecision(2)}</text>`,
  );
  logs.forEach((line, which) => {
    // A point every half an hour is all that a panel can show.
    const points = line.flatMap((value, step) => {
      if (step % 4 !== 0 && step !== steps - 1) return [];
      const x = left + (step / Math.max(1, steps - 1)) * panel;
      return [`${x.toFixed(1)},${(top + panel - ((value - low) / (high - low)) * panel).toFixed(1)}`];
    });
    parts.push(
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[which]!}" stroke-width="1.3" opacity="0.8"/>`,
    );
  });
});
tracks.forEach(({ name }, which) =>
  parts.push(`<text x="${gap + which * 220}" y="20" fill="${colours[which]!}">${name}</text>`),
);
const width = gap + modes.length * (panel + gap);
if (!values.print) {
  await writeComparison('m7-emulator.md', table, 'rollout');
  const target = fileURLToPath(new URL('rollout.svg', import.meta.url));
  await writeFile(
    target,
    svg(width, top + panel + 20, `Median particle numbers (cm⁻³) over ${values.hours} h`, parts),
  );
}
