import { defineConfig, type Options } from 'tsup';

/**
 * JavaScript of a package: ESM only, one file per entry with shared chunks. `tsc` writes the types.
 *
 * @param entries - source file of each entry, by the path it gets in `dist` (without extension)
 */
export function library(entries: Record<string, string>): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: entries,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    splitting: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    external: [/^node:/],
    removeNodeProtocol: false,
  } satisfies Options);
}
