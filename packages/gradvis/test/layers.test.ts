import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What each folder of `src` may import from. Folders stand below all that they import from, so that there are no cycles. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  linalg: [],
  results: [],
  objective: ['results'],
  journal: ['objective'],
  adapters: ['objective'],
  tfjs: ['adapters'],
  directions: ['linalg', 'objective', 'results'],
  surface: ['directions', 'journal', 'objective', 'results'],
  trajectory: ['directions', 'linalg', 'objective', 'results', 'surface'],
  paths: ['journal', 'linalg', 'objective', 'results'],
  curvature: ['directions', 'journal', 'linalg', 'objective', 'results', 'surface'],
  compare: ['curvature', 'linalg', 'objective'],
  topology: ['results'],
  files: ['results'],
  hdf5: ['results'],
  figures: ['curvature', 'results'],
  node: ['files', 'journal', 'results'],
  'node/cli': [
    'curvature',
    'directions',
    'figures',
    'files',
    'hdf5',
    'node',
    'objective',
    'paths',
    'results',
    'surface',
    'topology',
    'trajectory',
  ],
};

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The folders that the files of each folder import from; index.ts, which exports from everywhere, is in none. */
function importedFolders(): Record<string, string[]> {
  const found: Record<string, Set<string>> = {};
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const folder = relative(src, entry.parentPath);
    if (folder === '') continue;
    found[folder] ??= new Set();
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const target = dirname(normalize(join(folder, path!)));
      if (target !== folder) found[folder].add(target);
    }
  }
  return Object.fromEntries(Object.entries(found).map(([folder, targets]) => [folder, [...targets].sort()]));
}

describe('folders of src', () => {
  it('import from those that the list allows, and the list allows no more than is needed', () => {
    expect(importedFolders()).toEqual(LAYERS);
  });

  it('stand below what they import from', () => {
    const order = Object.keys(LAYERS);
    for (const [folder, allowed] of Object.entries(LAYERS))
      for (const other of allowed)
        expect(order.indexOf(other), `${folder} from ${other}`).toBeLessThan(order.indexOf(folder));
  });
});
