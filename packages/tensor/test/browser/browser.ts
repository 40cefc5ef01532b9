/** Headless Chromium, and a server with the files that a page needs. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Where Chromium is: what the environment variable CHROMIUM says, or where Debian has it. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there is no browser here; undefined if there is one. */
export const noBrowser = existsSync(EXECUTABLE) ? undefined : `${EXECUTABLE} not found`;

const WEB_ASSEMBLY = fileURLToPath(new URL('../../node_modules/onnxruntime-web/dist/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A server that runs until it is closed. */
export interface Server {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves files, and those of onnxruntime-web under /onnxruntime-web/.
 *
 * @param files - path of each file by its address; `/` is a page
 * @param isolated - whether pages are cross-origin isolated, and so may have threads
 */
export async function serve(files: Readonly<Record<string, string>>, isolated = true): Promise<Server> {
  const pathOf = (address: string): string | undefined =>
    address.startsWith('/onnxruntime-web/') ? join(WEB_ASSEMBLY, basename(address)) : files[address];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathOf(pathname);
    void (path === undefined ? Promise.resolve(undefined) : readFile(path).catch(() => undefined)).then(
      (content) => {
        response.writeHead(content === undefined ? 404 : 200, {
          'Content-Type': TYPES[extname(pathname) || '.html'] ?? 'application/octet-stream',
          ...(isolated && {
            'Cross-Origin-Opener-Policy': 'same-origin',
            'Cross-Origin-Embedder-Policy': 'require-corp',
          }),
        });
        response.end(content);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Starts Chromium. */
export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', ...args] });
}

/** Everything that went wrong on a page so far. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}
