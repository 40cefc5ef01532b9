/**
 * Compares simulated frames with the published ones and writes the tables into docs/detector-calibration.md.
 *
 *   npm run script -- docs/calibration/compare.ts [--primaries 20000] [--seed 1] [--print] [--absorber]
 */
import { parseArgs } from 'node:util';
import { digitalTrackingCalorimeter } from '@pct/detector';
import type { DetectorGeometry } from '@pct/detector';
import { writeComparison } from '../tables.js';
import { observe } from './observables.js';
import type { Observables } from './observables.js';
import * as published from './published.js';
import type { Cells, EdgeGroup } from './published.js';

const { values } = parseArgs({
  options: {
    primaries: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    /** Print the tables instead of writing them. */
    print: { type: 'boolean', default: false },
    /** Print what a whole absorber in front of the first calorimeter chip would give. */
    absorber: { type: 'boolean', default: false },
  },
});
const primaries = Number(values.primaries);
const seed = Number(values.seed);

const groupNames: Record<EdgeGroup, string> = {
  trueCalorimeter: 'true, calorimeter',
  allCalorimeter: 'all, calorimeter',
  trueTracker: 'true, tracker',
  allTracker: 'all, tracker',
};

const signed = (value: number, digits: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

function cellRows(name: string, ours: Cells, theirs: Cells, limit: number): string[] {
  return published.phantomsMm.map((phantom, p) => {
    const cells = theirs[p]!.map((target, d) => {
      const value = ours[p]![d]!;
      const off = value / target - 1;
      return `${value.toFixed(0)} (${target}, ${signed(100 * off, 1)} %${Math.abs(off) > limit ? ' **over**' : ''})`;
    });
    return `| ${name} | ${phantom} | ${cells.join(' | ')} |`;
  });
}

function tables(ours: Observables): string {
  const { limits } = published;
  const sizes = [
    `| per frame | phantom mm | ${published.primariesPerFrame.map((n) => `${n} primaries`).join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...cellRows('hits', ours.hits, published.hits, limits.hits),
    ...cellRows('hit-graph edges', ours.hitEdges, published.hitEdges, limits.hitEdges),
    ...cellRows('line-graph edges', ours.lineEdges, published.lineEdges, limits.lineEdges),
  ];
  const groups = Object.keys(groupNames) as EdgeGroup[];
  const filter = [
    `| threshold mrad | ${groups.map((group) => groupNames[group]).join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...published.thresholdsMrad.map((threshold, t) => {
      const cells = groups.map((group) => {
        const target = published.removedPercent[group][t]!;
        const off = ours.removedPercent[group][t]! - target;
        const over = Math.abs(off) > limits.removedPercent ? ' **over**' : '';
        return `${ours.removedPercent[group][t]!.toFixed(1)} (${target.toFixed(1)}, ${signed(off, 1)}${over})`;
      });
      return `| ${threshold} | ${cells.join(' | ')} |`;
    }),
  ];
  const energies = published.phantomsMm.map(
    (phantom, p) =>
      `${phantom} mm: ${ours.exitEnergyMeV[p]!.toFixed(1)} (${published.exitEnergyMeV[p]!.toFixed(1)})`,
  );
  return [
    `Made by \`docs/calibration/compare.ts --primaries ${primaries} --seed ${seed}\`. Ours first; in brackets the published`,
    'value and how far ours is off it. **over** marks what is further off than aimed at: 3 % for hits, 10 % and 25 %',
    'for the edges of the hit and the line graph, 2.5 percentage points for the filter.',
    '',
    ...sizes,
    '',
    'Percentage of the edges that the angular filter removes, at 100 primaries per frame, mean over the phantoms:',
    '',
    ...filter,
    '',
    `Mean energy behind the phantom, MeV (in brackets from PSTAR's ranges): ${energies.join(', ')}.`,
  ].join('\n');
}

/** The detector with the same stack in its first calorimeter layer as in all the others. */
function withAbsorber(): DetectorGeometry {
  const geometry = digitalTrackingCalorimeter();
  const first = geometry.layers.findIndex(({ kind }) => kind === 'calorimeter');
  const [second, third] = geometry.layers.slice(first + 1);
  const frontMm = 2 * second!.frontMm - third!.frontMm;
  return { ...geometry, layers: geometry.layers.with(first, { ...second!, frontMm }) };
}

const model = values.absorber ? { geometry: withAbsorber() } : {};
const text = tables(await observe(model, primaries, seed));
if (values.print || values.absorber) process.stdout.write(`${text}\n`);
else await writeComparison('detector-calibration.md', text);
