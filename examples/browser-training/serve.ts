/** Bundles the page and serves it: `npm run script -- examples/browser-training/serve.ts [port]` from the root. */
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';

const port = Number(process.argv[2] ?? 8080);
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

const bundled = await build({
  entryPoints: [join(import.meta.dirname, 'main.ts')],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  write: false,
  logLevel: 'error',
});
const script = bundled.outputFiles[0]?.contents;
const webAssembly = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** What an address stands for; undefined for anything else. */
async function contentOf(path: string): Promise<Uint8Array | undefined> {
  if (path === '/main.js') return script;
  if (path === '/') return readFile(join(import.meta.dirname, 'index.html'));
  return path.startsWith('/onnxruntime-web/ort-wasm-')
    ? readFile(join(webAssembly, basename(path))).catch(() => undefined)
    : undefined;
}

createServer((request, response) => {
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
}).listen(port, () => {
  console.log(`http://localhost:${port}`);
});
