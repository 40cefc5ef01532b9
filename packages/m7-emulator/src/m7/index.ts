export type { Field, PerCell, Quantity } from './units.js';
export { components, modes, species } from './modes.js';
export { componentIndex, geometricDeviations, modeIndex } from './modes.js';
export type { Component, Mode, ModeOf, Species } from './modes.js';
export type { Variant } from './constants.js';
export { createM7 } from './createM7.js';
export type { M7, StepOptions } from './createM7.js';
export type { M7Options, M7Processes, WaterUptake } from './processes.js';
export { copyState, createResult, createState, massOf, numberOf, stateFromCells, totalOf } from './state.js';
export type { CellValues, M7Result, M7State } from './state.js';
export type { Meteorology } from './meteorology.js';
export { stepBlock } from './stepBlock.js';
export type { BlockStep } from './stepBlock.js';
export { runM7 } from './run.js';
export type { RunOptions } from './run.js';
export {
  cloudCondensationNuclei,
  dryRadiusOf,
  sizeDistribution,
  totalWater,
  wetRadiusOf,
} from './diagnostics.js';
export type { CcnOptions, SizeDistributionOptions } from './diagnostics.js';
export { createCell, resetCell } from './cell.js';
export type { CellProcess, M7Cell } from './cell.js';
export { meanMasses } from './meanMasses.js';
export { dryParticles } from './water/dry.js';
export { growthFactor, kappaWater } from './water/kappa.js';
export type { KappaWaterOptions } from './water/kappa.js';
export { binaryMolalities } from './water/seaSaltWater.js';
export { zdanovskiiWater } from './water/zdanovskii.js';
export type { ZdanovskiiWaterOptions } from './water/zdanovskii.js';
export { condensation } from './condensation/condense.js';
export {
  condensationCoefficient,
  condensationSink,
  h2so4Diffusivity,
  h2so4Speed,
} from './condensation/sink.js';
export { nucleation } from './nucleation/nucleate.js';
export type {
  Nucleation,
  NucleationOptions,
  NucleationScheme,
  OrganicNucleation,
} from './nucleation/nucleate.js';
export { kulmala, kulmalaCoefficients } from './nucleation/kulmala.js';
export { vehkamaki } from './nucleation/vehkamaki.js';
export { coagulation } from './coagulation/coagulate.js';
export { coagulatingPairs, coagulationKernel } from './coagulation/kernel.js';
export { ageing } from './ageing.js';
export { coatingMolecules } from './coating.js';
export { collectGains } from './collectGains.js';
export { repartition } from './repartition/repartition.js';
export type { RepartitionOptions } from './repartition/repartition.js';
export { outputColumns, parseReference } from './compare/parse.js';
export type { Reference } from './compare/parse.js';
export { compareReference, noiseFloors } from './compare/compare.js';
export { optionsOfFile, stepOfFile } from './compare/fileName.js';
export type { Comparison, OutputDifference } from './compare/compare.js';
