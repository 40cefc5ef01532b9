/**
 * Which packages of this repository a package may depend on: folder under `packages/`, its npm name, and the
 * folders it may import from. The arrows only point up this list. A new package gets a line here.
 */
export const packages = {
  core: { name: '@pct/core', dependsOn: [] },
  tensor: { name: '@pct/tensor', dependsOn: ['core'] },
  assignment: { name: '@pct/assignment', dependsOn: ['core', 'tensor'] },
  detector: { name: '@pct/detector', dependsOn: ['core', 'assignment'] },
  'gnn-dfl': { name: '@pct/gnn-dfl', dependsOn: ['core', 'tensor', 'assignment', 'detector'] },
  'tracking-rl': { name: '@pct/tracking-rl', dependsOn: ['core', 'tensor', 'assignment', 'detector'] },
  'm7-emulator': { name: '@climate/m7-emulator', dependsOn: ['core', 'tensor'] },
  'approx-gp': { name: '@hpo/approx-gp', dependsOn: ['core'] },
  gradvis: { name: '@viz/gradvis', dependsOn: ['core', 'tensor'] },
};

/** Engines that only `packages/tensor` may import: everything else goes through its interfaces. */
export const engines = { owner: 'tensor', pattern: /^(onnxruntime-|@tensorflow\/)/ };
