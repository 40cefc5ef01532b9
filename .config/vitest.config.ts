import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { packageFolders, root } from '../.ci/setup.mjs';

/** Which build of the packages the tests see: their source, or (TEST_BUILT=1) what npm users get. */
const condition = process.env['TEST_BUILT'] === '1' ? 'default' : '@pct/source';

/** Maps every public entry of every package to the file that the tests should load. */
function entries(): { find: RegExp; replacement: string }[] {
  return packageFolders().flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, 'utf8')) as {
      name: string;
      exports: Record<string, string | Record<string, string>>;
    };
    return Object.entries(manifest.exports).flatMap(([path, target]) =>
      typeof target === 'string' || target[condition] === undefined
        ? []
        : [
            {
              find: new RegExp(`^${manifest.name}${path.slice(1)}$`),
              replacement: `${root}packages/${folder}/${target[condition]}`,
            },
          ],
    );
  });
}

export default defineConfig({
  root,
  resolve: { alias: entries() },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'docs/test/**/*.test.ts',
      'examples/test/**/*.test.ts',
      '.config/test/**/*.test.ts',
    ],
    benchmark: { include: ['packages/*/bench/**/*.bench.ts'] },
    testTimeout: 30_000,
  },
});
