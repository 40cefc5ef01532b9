/** The packages as npm users get them: one tarball each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, pnpm, root, SetupError } from './setup.mjs';

/**
 * @typedef {object} Packed
 * @property {string} name - npm name
 * @property {string} tarball - absolute path
 * @property {string[]} entries - specifiers of its public entries, such as '@pct/core/node'
 */

/**
 * Packs every package of `packages/`, which has to be built.
 *
 * @param {string} folder - where the tarballs go, an empty directory
 * @returns {Promise<Packed[]>}
 */
export async function packAll(folder) {
  const { code, output } = await pnpm(['--filter', './packages/*', 'pack', '--pack-destination', folder]);
  if (code !== 0) throw new SetupError(`pnpm pack failed:\n${output}`);
  const tarballs = readdirSync(folder);
  return packageFolders().map((name) => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    const file = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
    if (!tarballs.includes(file)) throw new SetupError(`pnpm pack made no ${file}`);
    const entries = Object.keys(manifest.exports).filter((path) => path !== './package.json');
    return {
      name: manifest.name,
      tarball: join(folder, file),
      entries: entries.map((path) => manifest.name + path.slice(1)),
    };
  });
}
