/**
 * What the papers publish of their simulated frames, for comparison with ours.
 *
 * Sizes of hit and line graphs: tables/graph_sizes_*.tex of the code of Kortus, Keidel and Gauger 2024
 * (arXiv:2407.13420). Angular filter: read off the vector figure edge_filter_hit_graph.pdf of the same code,
 * accurate to about 1 % of the axis.
 */
export const phantomsMm = [100, 150, 200] as const;
export const primariesPerFrame = [50, 100, 150] as const;

/** One number per phantom and primaries per frame, [phantoms][densities]. */
export type Cells = readonly (readonly number[])[];

/** Hits per frame. */
export const hits: Cells = [
  [1337, 2675, 4015],
  [1074, 2148, 3224],
  [815, 1628, 2445],
];

/** Edges of the hit graph per frame, behind the angular mask. */
export const hitEdges: Cells = [
  [4311, 14_837, 31_532],
  [3079, 10_397, 21_906],
  [2235, 7514, 15_770],
];

/** Edges of the undirected line graph per frame. */
export const lineEdges: Cells = [
  [68_328, 493_910, 1_611_761],
  [39_584, 279_974, 908_953],
  [24_815, 172_926, 552_870],
];

/** Thresholds of the angular filter, mrad. */
export const thresholdsMrad = [50, 100, 150, 200, 300, 400, 500] as const;

/** Percentage of edges that the filter removes at 100 primaries per frame, all phantoms, [thresholds]. */
export const removedPercent = {
  trueCalorimeter: [55.4, 23.7, 13.3, 8.6, 4.2, 2.5, 1.7],
  allCalorimeter: [99.5, 99.1, 98.9, 98.7, 98.2, 97.5, 96.6],
  trueTracker: [19.2, 7.3, 5.3, 3.7, 1.9, 1.1, 0.7],
  allTracker: [97.2, 91.8, 84.1, 75.6, 60.3, 49.7, 43.4],
} as const;

export type EdgeGroup = keyof typeof removedPercent;

/** Mean energy of the beam behind each phantom, MeV: PSTAR's range of 230 MeV less the phantom. */
export const exitEnergyMeV = [186.2, 161.5, 134.0] as const;

/** How far we may be off: relative for counts, percentage points for the filter, MeV for the energy. */
export const limits = { hits: 0.03, hitEdges: 0.1, lineEdges: 0.25, removedPercent: 2.5, exitEnergyMeV: 1 };
