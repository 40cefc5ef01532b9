/**
 * Statistics of the published training inputs (5 713 910 cells of ECHAM-HAM, doi:10.5281/zenodo.6583397), as the
 * notebooks of github.com/kimbente/massconserving_aerosols print them, to four decimals.
 */
import type { ConservedSpecies, InputName, OutputName } from '@climate/m7-emulator/data';

/** mean, standard deviation, mean of ln(|x| + 1e-8), its standard deviation */
export type Published = readonly [mean: number, sd: number, logMean: number, logSd: number];

export const inputs: Readonly<Record<InputName, Published>> = {
  pressure: [43053.96, 29736.98, 10.2685, 1.0942],
  temperature: [220.365, 16.995, 5.3924, 0.0756],
  relativeHumidity: [0.4515, 0.4051, -4.6991, 7.0543],
  ionPairRate: [13.39, 11.07, 2.1493, 1.0186],
  cloudCover: [0.142, 0.3362, -15.2543, 6.8624],
  boundaryLayer: [0.1436, 0.3507, -15.7752, 6.4601],
  forestFraction: [0.0765, 0.1869, -15.2754, 6.7048],
  h2so4Production: [0, 0, -18.4207, 0],
  h2so4: [1693412, 5929431, 6.235, 11.1614],
  SO4_NS: [765763, 2599012, 7.6842, 5.9932],
  SO4_KS: [8.42527e7, 1.1687e8, 16.9039, 2.2667],
  SO4_AS: [1.446742e9, 5.837074e9, 18.9453, 3.0393],
  SO4_CS: [4.66729e7, 3.29255e8, 15.0573, 3.5399],
  BC_KS: [0.0006, 0.0013, -10.1177, 3.4762],
  BC_AS: [0.0095, 0.0833, -9.8438, 4.3356],
  BC_CS: [0, 0.0003, -15.5283, 3.0149],
  BC_KI: [0.0062, 0.0553, -12.881, 5.7017],
  OC_KS: [0.0031, 0.0049, -7.0936, 2.0609],
  OC_AS: [0.0905, 0.6637, -5.7218, 2.8901],
  OC_CS: [0.0002, 0.0085, -13.2658, 3.0699],
  OC_KI: [0.0193, 0.1379, -11.8779, 6.0433],
  DU_AS: [0.0748, 0.7315, -6.7185, 3.2062],
  DU_CS: [0.795, 8.0136, -5.5855, 3.8073],
  DU_AI: [0.1206, 2.4755, -12.3557, 5.8844],
  DU_CI: [3.0554, 56.2701, -9.2988, 7.0094],
  n_NS: [5872.58, 19559.47, 3.0397, 5.9473],
  n_KS: [317.361, 513.471, 4.672, 1.7718],
  n_AS: [53.0839, 133.687, 2.6241, 2.409],
  n_CS: [0.3419, 2.057, -4.9179, 3.4309],
  n_KI: [20.282, 151.959, -6.9544, 8.6982],
  n_AI: [0.7228, 14.0062, -10.9366, 6.6246],
  n_CI: [0.7486, 11.5913, -9.5604, 6.7264],
};

/** Standard deviation of asinh(change) of the training part, over all columns of a species. */
export const asinhSd: Readonly<Record<ConservedSpecies, number>> = {
  SO4: 8.38,
  BC: 2.3e-4,
  OC: 5.8e-4,
  DU: 1.0e-2,
};

/** Mean changes over a step. */
export const meanChanges: Readonly<Partial<Record<OutputName, number>>> = {
  h2so4: -365586.8,
  SO4_NS: 43835.2,
  SO4_KS: 16417.8,
  SO4_AS: 270181.7,
  SO4_CS: 35152.2,
  n_NS: 2819.29,
  n_KS: -0.074,
  n_AS: 0.0186,
  n_CS: 0.0002,
  n_KI: -0.0497,
  n_AI: -0.0002,
  n_CI: -0.0002,
};

/** How far ours may be: means of logarithms by a difference, deviations of changes by a factor. */
export const limits = { logMean: 1.5, asinhFactor: 3 };
