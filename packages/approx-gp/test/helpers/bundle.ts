import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** Compiles a TypeScript file with all that it needs, against sources or built files as the tests; gives its path. */
export async function bundle(source: URL, folder: string): Promise<string> {
  const file = fileURLToPath(source);
  const name = basename(file, '.ts');
  const condition = process.env['TEST_BUILT'] === '1' ? 'default' : '@pct/source';
  await build({
    entry: { [name]: file },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    noExternal: [/^@/],
    esbuildOptions: (options) => {
      options.conditions = [condition];
    },
    config: false,
    silent: true,
  });
  return join(folder, `${name}.mjs`);
}
