/** Bundles the script of a page and serves both, with the files of onnxruntime-web. */
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A page that is served until it is closed. */
export interface ServedPage {
  readonly address: string;
  close(): void;
}

/**
 * Serves `index.html` of a folder, its `main.ts` as `/main.js`, and onnxruntime-web under `/onnxruntime-web/`.
 *
 * @param folder - absolute path
 * @param port - 0 takes any that is free
 * @param conditions - of package exports, for the bundle
 */
export async function servePage(
  folder: string,
  port: number,
  conditions: readonly string[] = [],
): Promise<ServedPage> {
  const bundled = await build({
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: [...conditions],
    write: false,
    logLevel: 'error',
  });
  const script = bundled.outputFiles[0]?.contents;
  const webAssembly = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

  /** What an address stands for; undefined for anything else. */
  const contentOf = async (path: string): Promise<Uint8Array | undefined> => {
    if (path === '/main.js') return script;
    if (path === '/') return readFile(join(folder, 'index.html'));
    return path.startsWith('/onnxruntime-web/ort-wasm-')
      ? readFile(join(webAssembly, basename(path))).catch(() => undefined)
      : undefined;
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    void contentOf(pathname).then((content) => {
      response.writeHead(content === undefined ? 404 : 200, {
        'Content-Type': types[extname(pathname) || '.html'] ?? 'application/octet-stream',
        // With these two a page may have threads.
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      });
      response.end(content);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
