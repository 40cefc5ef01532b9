import type { ClusteredHits } from '../frame.js';
import type { DetectorGeometry } from '../geometry.js';

/**
 * Reads clusters of one layer that touch as one.
 *
 * A cluster of n pixels is taken as a disc of n pixels' area. The merged hit has the sum of the deposits and
 * of the sizes, the mean position weighted by deposit, and the identity of the particle that left the most.
 */
export function mergeTouchingClusters(hits: ClusteredHits, geometry: DetectorGeometry): ClusteredHits {
  const { count, posX, posY, edep, layer, clusterSize } = hits;
  const pixelArea =
    ((2 * geometry.halfWidthMm) / geometry.pixelsX) * ((2 * geometry.halfHeightMm) / geometry.pixelsY);
  const radius = Float64Array.from(clusterSize, (n) => Math.sqrt((n * pixelArea) / Math.PI));
  const largestRadius = radius.reduce((largest, r) => Math.max(largest, r), 0);

  // Along x within a layer, so that only near neighbours are compared.
  const order = Int32Array.from({ length: count }, (_, k) => k).sort(
    (a, b) => layer[a]! - layer[b]! || posX[a]! - posX[b]! || a - b,
  );
  const leader = Int32Array.from({ length: count }, (_, k) => k);
  const find = (k: number): number => {
    let root = k;
    while (leader[root] !== root) root = leader[root]!;
    while (leader[k] !== root) {
      const next = leader[k]!;
      leader[k] = root;
      k = next;
    }
    return root;
  };
  for (let a = 0; a < count; a++) {
    const i = order[a]!;
    for (let b = a + 1; b < count; b++) {
      const j = order[b]!;
      const dx = posX[j]! - posX[i]!;
      if (layer[j] !== layer[i] || dx > radius[i]! + largestRadius) break;
      if (Math.hypot(dx, posY[j]! - posY[i]!) < radius[i]! + radius[j]!) leader[find(j)] = find(i);
    }
  }

  const groups = new Map<number, number[]>();
  for (let k = 0; k < count; k++) {
    const root = find(k);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [k]);
    else group.push(k);
  }
  const members = [...groups.values()];
  const strongest = members.map((group) => group.reduce((best, k) => (edep[k]! > edep[best]! ? k : best)));
  const sum = (column: Float64Array | Int32Array, group: number[]): number =>
    group.reduce((total, k) => total + column[k]!, 0);
  const mean = (column: Float64Array): Float64Array =>
    Float64Array.from(members, (group) => {
      if (group.length === 1) return column[group[0]!]!;
      const total = sum(edep, group);
      return group.reduce((value, k) => value + column[k]! * (edep[k]! / total), 0);
    });
  const identity = (column: Int32Array): Int32Array => Int32Array.from(strongest, (k) => column[k]!);
  return {
    count: members.length,
    posX: mean(posX),
    posY: mean(posY),
    posZ: mean(hits.posZ),
    edep: Float64Array.from(members, (group) => sum(edep, group)),
    eventID: identity(hits.eventID),
    trackID: identity(hits.trackID),
    parentID: identity(hits.parentID),
    layer: identity(layer),
    clusterSize: Int32Array.from(members, (group) => sum(clusterSize, group)),
  };
}
