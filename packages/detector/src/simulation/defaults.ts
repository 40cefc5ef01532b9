import { checkFinite, checkPositive } from '@pct/core';
import type { Beam, InteractionModel } from './models.js';

/**
 * The beam of the published data. Its spot and divergence were not published: they are fitted, together with
 * {@link defaultInteractionModel}, to the published numbers of hits and edges per frame.
 */
export const defaultBeam: Beam = { energyMeV: 230, startMm: -500, spotMm: 4.14, divergenceMrad: 1.65 };

/** Numbers fitted to the published counts and angular filter; docs/calibration/fit.ts makes them. */
export const defaultInteractionModel: InteractionModel = {
  scatteringScale: 0.95,
  reactionScale: 0.965,
  elasticRatio: 0.47,
  elasticSlope: 7.9,
  protonsPerReaction: 1.45,
  energyExponent: 0.74,
  angleWidth: 1.1,
};

/** Refuses a beam that the simulation cannot follow. */
export function checkBeam(functionName: string, beam: Beam, phantomMm: number): Beam {
  checkFinite(functionName, 'beam.energyMeV', beam.energyMeV, { min: 5, max: 500 });
  checkFinite(functionName, 'beam.startMm', beam.startMm, { min: -1e5, max: -phantomMm / 2 });
  checkFinite(functionName, 'beam.spotMm', beam.spotMm, { min: 0, max: 1000 });
  checkFinite(functionName, 'beam.divergenceMrad', beam.divergenceMrad, { min: 0, max: 200 });
  return beam;
}

/** Refuses numbers of an interaction model that mean nothing. */
export function checkInteractionModel(functionName: string, model: InteractionModel): InteractionModel {
  checkFinite(functionName, 'interactions.scatteringScale', model.scatteringScale, { min: 0, max: 2 });
  checkFinite(functionName, 'interactions.reactionScale', model.reactionScale, { min: 0, max: 10 });
  checkFinite(functionName, 'interactions.elasticRatio', model.elasticRatio, { min: 0, max: 10 });
  checkPositive(functionName, 'interactions.elasticSlope', model.elasticSlope);
  checkFinite(functionName, 'interactions.protonsPerReaction', model.protonsPerReaction, { min: 0, max: 10 });
  checkPositive(functionName, 'interactions.energyExponent', model.energyExponent);
  checkFinite(functionName, 'interactions.angleWidth', model.angleWidth, { min: 0, max: Math.PI });
  return model;
}
