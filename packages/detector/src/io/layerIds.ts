import { FileFormatError } from '@pct/core';

import { maxLayers } from '../checkHits.js';
import type { ColumnPlan, LayerScheme } from './gateColumns.js';
import { plainColumns, schemeColumns } from './gateColumns.js';

/** Tracking layers in front of the calorimeter: GATE 9.2 numbers the two groups apart. */
const trackerLayers = 2;

/** Where the values come from, for messages. */
export interface RowNames {
  readonly file: string;
  /** Row of the file that holds the first hit. */
  readonly firstRow: number;
}

/**
 * Layer of each hit from the volume numbers that GATE writes.
 *
 * - `layer`: as it is
 * - GATE 9.2, levels: 2 + level2ID, or level1ID where level2ID is -1 (a tracking layer)
 * - GATE 9.2, volumes: 2 · volumeID[2] + volumeID[3]
 * - GATE 9.1: level1ID + number of distinct (level1ID, baseID) with a smaller baseID
 *
 * @param ids - the columns of the slots behind the plain ones, each [hits]
 * @param posZ - [hits], mm; tells the versions apart where the header fits both
 * @throws {@link FileFormatError} where a number gives no layer, or the layers are no sheets across the beam
 */
export function layersFromIds(
  plan: ColumnPlan,
  ids: readonly Int32Array[],
  posZ: Float64Array,
  rows: RowNames,
): Int32Array {
  const layers = layersByScheme(plan.scheme, ids, rows);
  if (plan.ambiguous) {
    const [level1, , base] = ids;
    const older = layersByScheme('bases', [level1!, base!], rows);
    if (spreadOf(older, posZ) < spreadOf(layers, posZ)) {
      throw new FileFormatError(
        { file: rows.file, column: 'level2ID' },
        'read as GATE 9.2, hits of one layer lie further apart in posZ than read as GATE 9.1: ' +
          "pass gateVersion: '9.1' (or '9.2' if the file is indeed from there)",
      );
    }
  }
  return layers;
}

function layersByScheme(scheme: LayerScheme, ids: readonly Int32Array[], rows: RowNames): Int32Array {
  const [first, second] = ids as [Int32Array, Int32Array];
  const names = schemeColumns[scheme];
  const count = first.length;
  const layers = new Int32Array(count);
  const fail = (i: number, column: number, expected: string): never => {
    const location = { file: rows.file, row: i + rows.firstRow, column: names[column] };
    throw new FileFormatError(location, `expected ${expected}, got ${ids[column]![i]}`);
  };
  if (scheme === 'bases') {
    const before = volumesInSmallerBases(first, second, fail);
    for (let i = 0; i < count; i++) layers[i] = before.get(second[i]!)! + first[i]!;
  } else {
    for (let i = 0; i < count; i++) {
      const a = first[i]!;
      if (scheme === 'levels') {
        const b = second[i]!;
        if (b < -1) fail(i, 1, '-1 (a tracking layer) or more');
        if (b === -1 && a < 0) fail(i, 0, '0 or more in a tracking layer (level2ID -1)');
        layers[i] = b === -1 ? a : Math.min(trackerLayers + b, maxLayers);
      } else {
        if (a < 0) fail(i, 0, '0 or more');
        if (scheme === 'volumes' && second[i]! < 0) fail(i, 1, '0 or more');
        layers[i] = Math.min(scheme === 'layer' ? a : trackerLayers * a + second[i]!, maxLayers);
      }
    }
  }
  for (let i = 0; i < count; i++) {
    if (layers[i]! >= maxLayers)
      fail(i, names.length === 2 && scheme !== 'bases' ? 1 : 0, `a layer below ${maxLayers}`);
  }
  return layers;
}

/** For each baseID, the number of distinct (level1ID, baseID) with a smaller one. */
function volumesInSmallerBases(
  level1: Int32Array,
  base: Int32Array,
  fail: (i: number, column: number, expected: string) => never,
): Map<number, number> {
  const volumes = new Set<number>();
  for (let i = 0; i < level1.length; i++) {
    const level = level1[i]!;
    if (level < 0 || level >= maxLayers) fail(i, 0, `0 to ${maxLayers - 1}`);
    if (base[i]! < 0) fail(i, 1, '0 or more');
    volumes.add(base[i]! * maxLayers + level);
  }
  const sizes = new Map<number, number>();
  for (const volume of volumes) {
    const key = Math.floor(volume / maxLayers);
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  const before = new Map<number, number>();
  let sum = 0;
  for (const key of [...sizes.keys()].sort((a, b) => a - b)) {
    before.set(key, sum);
    sum += sizes.get(key)!;
  }
  return before;
}

/** Sum over the layers of the squared distances in z from the layer's mean, mm². */
function spreadOf(layers: Int32Array, posZ: Float64Array): number {
  const counts = new Int32Array(maxLayers);
  const means = new Float64Array(maxLayers);
  let squares = 0;
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i]!;
    const step = posZ[i]! - means[layer]!;
    means[layer]! += step / ++counts[layer]!;
    squares += step * (posZ[i]! - means[layer]!);
  }
  return squares;
}

/** The volume numbers that GATE gives a hit, in the columns that {@link layersFromIds} reads back. */
export interface LayerIds {
  readonly names: readonly [string, string];
  readonly columns: readonly [Int32Array, Int32Array];
}

/**
 * Numbers layers as GATE does, such that reading gives the same layers again.
 *
 * GATE 9.1 counts the volumes in front of the calorimeter from the hits themselves. Where not every tracking
 * layer was hit, all layers are therefore written as one base.
 */
export function idsFromLayers(layers: Int32Array, version: '9.1' | '9.2'): LayerIds {
  const first = new Int32Array(layers.length);
  const second = new Int32Array(layers.length);
  const older = version === '9.1';
  const split = !older || (layers.includes(0) && layers.includes(1));
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i]!;
    const calorimeter = split && layer >= trackerLayers;
    const within = calorimeter ? layer - trackerLayers : layer;
    first[i] = older || !calorimeter ? within : 0;
    second[i] = older ? Number(calorimeter) : calorimeter ? within : -1;
  }
  const names = schemeColumns[older ? 'bases' : 'levels'] as readonly [string, string];
  return { names, columns: [first, second] };
}

/** Number of slots in front of the layer's columns. */
export const layerSlot = plainColumns.length;
