import type { DetectorGeometry, Slab } from '../geometry.js';
import type { Material } from '../physics/materials.js';
import { materials } from '../physics/materials.js';
import { materialTable, mixture } from './materialTable.js';
import type { InteractionModel } from './models.js';

/** A homogeneous sheet that a particle crosses in one or more steps. */
export interface Step {
  /** z of the downstream face, millimetres; the upstream face is the previous step's. */
  readonly endMm: number;
  /** g/cm² per millimetre of path. */
  readonly massPerMm: number;
  /** Table of the sheet's material, see {@link materialTable}. */
  readonly table: Float64Array;
  /** Electrons per gram, mol/g. */
  readonly electronsPerGram: number;
  readonly meanMassNumber: number;
  /** Layer that reads the sheet out; -1 for passive sheets. */
  readonly layer: number;
}

/** What stands in the beam, in the order that protons meet it. */
export interface World {
  readonly steps: readonly Step[];
  /** Index of the first step behind the phantom. */
  readonly phantomExit: number;
  /** Highest kinetic energy that the tables serve, MeV. */
  readonly maximumMeV: number;
}

/** A slab of something that the beam crosses before the detector, centred at z = 0. */
export interface Phantom {
  readonly material: Material;
  /** Thickness along z, millimetres; 0 for none. */
  readonly thicknessMm: number;
}

/** Thickness of a step in the phantom, millimetres: about 1 % of the range of the beam. */
const phantomStepMm = 4;

/** Thickest step in the detector, millimetres; an absorber is crossed in two. */
const detectorStepMm = 2;

/** A lighter material is a gas, which is crossed in one step, g/cm³. */
const densestGas = 0.01;

/** Neighbouring passive slabs thinner than this are mixed into one step, millimetres. */
const thinMm = 0.3;

function electronsAndMass(material: Material): { electrons: number; massNumber: number } {
  let electrons = 0;
  let massNumber = 0;
  let heavy = 0;
  for (const { z, a, massFraction } of material.constituents) {
    electrons += (massFraction * z) / a;
    if (z > 1) {
      massNumber += massFraction * a;
      heavy += massFraction;
    }
  }
  return { electrons, massNumber: heavy > 0 ? massNumber / heavy : 1 };
}

/** Slabs as steps take them: runs of thin passive slabs are one slab of mixed material. */
function mergeThinSlabs(slabs: readonly Slab[]): Slab[] {
  const merged: Slab[] = [];
  let run: Slab[] = [];
  const flush = (): void => {
    if (run.length > 1) {
      const thicknessMm = run.reduce((sum, slab) => sum + slab.thicknessMm, 0);
      const parts = run.map(({ material, thicknessMm: mm }) => ({
        material,
        massPerArea: material.density * mm,
      }));
      merged.push({ material: mixture(parts), thicknessMm });
    } else {
      merged.push(...run);
    }
    run = [];
  };
  for (const slab of slabs) {
    if (slab.sensitive !== true && slab.thicknessMm < thinMm) {
      run.push(slab);
    } else {
      flush();
      merged.push(slab);
    }
  }
  flush();
  return merged;
}

/** Lays out phantom, air and detector as steps, and tabulates their materials up to `maximumMeV`. */
export function buildWorld(
  startMm: number,
  phantom: Phantom,
  geometry: DetectorGeometry,
  model: InteractionModel,
  maximumMeV: number,
): World {
  const steps: Step[] = [];
  const tables = new Map<Material, Float64Array>();
  const mergedStacks = new Map<readonly Slab[], Slab[]>();
  let z = startMm;

  const add = (material: Material, thicknessMm: number, stepMm: number, layer = -1): void => {
    let table = tables.get(material);
    if (table === undefined) {
      table = materialTable(material, model, maximumMeV);
      tables.set(material, table);
    }
    const { electrons, massNumber } = electronsAndMass(material);
    const pieces = Math.max(1, Math.ceil(thicknessMm / stepMm));
    const from = z;
    for (let piece = 1; piece <= pieces; piece++) {
      steps.push({
        endMm: from + (thicknessMm * piece) / pieces,
        massPerMm: material.density / 10,
        table,
        electronsPerGram: electrons,
        meanMassNumber: massNumber,
        layer,
      });
    }
    z = from + thicknessMm;
  };

  const { thicknessMm } = phantom;
  add(materials.air, -thicknessMm / 2 - startMm, Infinity);
  if (thicknessMm > 0) add(phantom.material, thicknessMm, phantomStepMm);
  const phantomExit = steps.length;

  geometry.layers.forEach((layer, index) => {
    if (layer.frontMm > z) add(materials.air, layer.frontMm - z, Infinity);
    let slabs = mergedStacks.get(layer.slabs);
    if (slabs === undefined) {
      slabs = mergeThinSlabs(layer.slabs);
      mergedStacks.set(layer.slabs, slabs);
    }
    for (const slab of slabs) {
      const stepMm = slab.material.density < densestGas ? Infinity : detectorStepMm;
      if (slab.sensitive === true) add(slab.material, slab.thicknessMm, Infinity, index);
      else add(slab.material, slab.thicknessMm, stepMm);
    }
  });
  return { steps, phantomExit, maximumMeV };
}
