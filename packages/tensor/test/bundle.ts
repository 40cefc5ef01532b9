/** Test programs for processes of their own and for browsers. */
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../..', import.meta.url));

/** A folder that git does not see and from which this package's dependencies resolve. */
const FOLDER = `${PACKAGE}node_modules/.cache/test-bundles/`;

/** Finds this package and what it depends on also for files outside of it. */
const fromHere: Plugin = {
  name: 'from-here',
  setup(host) {
    host.onResolve(
      { filter: /^(@pct\/|onnxruntime-(node|web)$)/ },
      ({ path, kind, resolveDir, pluginData }) =>
        pluginData === fromHere || resolveDir.startsWith(PACKAGES)
          ? undefined
          : host.resolve(path, { kind, resolveDir: PACKAGE, pluginData: fromHere }),
    );
  },
};

/** For Node.js, which finds these from the bundle. */
export const forNode: BuildOptions = { platform: 'node', external: ['onnxruntime-*', '@tensorflow/*'] };

/**
 * Bundles a program, with the packages' source, or with what npm users get where the tests run on that.
 *
 * @param entry - address of the file
 * @param name - of the bundle
 * @returns path of the bundle
 */
export async function bundle(entry: URL, name: string, options: BuildOptions = {}): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const outfile = `${FOLDER}${process.pid}-${name}`;
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: process.env['TEST_BUILT'] === '1' ? [] : ['@pct/source'],
    plugins: [fromHere],
    logLevel: 'silent',
    ...options,
  });
  return outfile;
}
