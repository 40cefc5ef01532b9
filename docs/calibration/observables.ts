import { angularFilter, frames, hitGraph, lineGraph, simulate } from '@pct/detector';
import type { Frame, SimulateOptions } from '@pct/detector';
import { phantomsMm, primariesPerFrame, removedPercent, thresholdsMrad } from './published.js';
import type { Cells, EdgeGroup } from './published.js';

/** The published quantities, of our simulation. */
export interface Observables {
  readonly hits: Cells;
  readonly hitEdges: Cells;
  readonly lineEdges: Cells;
  readonly removedPercent: Readonly<Record<EdgeGroup, readonly number[]>>;
  readonly exitEnergyMeV: readonly number[];
}

/** What of the simulation the comparison may vary. */
export type Model = Pick<SimulateOptions, 'beam' | 'geometry' | 'interactions'>;

const groups = Object.keys(removedPercent) as EdgeGroup[];

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Percentages removed in one frame; the published figure averages them over frames. */
function filterOf(frame: Frame): Record<EdgeGroup, number[]> {
  const { tracker, calorimeter } = angularFilter(
    [frame],
    thresholdsMrad.map((threshold) => threshold / 1000),
  );
  const percent = (share: Float64Array): number[] => Array.from(share, (value) => 100 * value);
  return {
    trueCalorimeter: percent(calorimeter.removedTrue),
    allCalorimeter: percent(calorimeter.removed),
    trueTracker: percent(tracker.removedTrue),
    allTracker: percent(tracker.removed),
  };
}

/** Simulates `primaries` protons behind each phantom and measures what the papers publish. */
export async function observe(model: Model, primaries: number, seed: number): Promise<Observables> {
  const hits: number[][] = [];
  const hitEdges: number[][] = [];
  const lineEdges: number[][] = [];
  const exitEnergyMeV: number[] = [];
  const filters: Record<EdgeGroup, number[]>[] = [];
  for (const [k, phantomMm] of phantomsMm.entries()) {
    const simulated = await simulate({ ...model, phantomMm, primaries, seed: seed + k });
    exitEnergyMeV.push(simulated.phantomExit.meanEnergyMeV);
    const rows = primariesPerFrame.map((perFrame) => {
      const readouts = frames(simulated, { primariesPerFrame: perFrame });
      const graphs = readouts.map((frame) => hitGraph(frame));
      if (perFrame === 100) filters.push(...readouts.map(filterOf));
      return {
        hits: mean(readouts.map(({ count }) => count)),
        hitEdges: mean(graphs.map(({ edgeCount }) => edgeCount)),
        lineEdges: mean(graphs.map((graph) => lineGraph(graph).edgeCount)),
      };
    });
    hits.push(rows.map((row) => row.hits));
    hitEdges.push(rows.map((row) => row.hitEdges));
    lineEdges.push(rows.map((row) => row.lineEdges));
  }
  const removed = Object.fromEntries(
    groups.map((group) => [
      group,
      thresholdsMrad.map((_, t) => mean(filters.map((filter) => filter[group][t]!))),
    ]),
  ) as Record<EdgeGroup, number[]>;
  return { hits, hitEdges, lineEdges, removedPercent: removed, exitEnergyMeV };
}
