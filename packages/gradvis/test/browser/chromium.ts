/**
 * A page in headless Chromium, made by the esbuild and driven by the playwright-core that examples depends on, whose pages are tested
 * with them too.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where Chromium is: what the environment variable CHROMIUM says, or where Debian has it. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there is no browser here; undefined if there is one. */
export const noBrowser = existsSync(EXECUTABLE) ? undefined : `${EXECUTABLE} not found`;

const ADDRESS = 'https://gradvis.test/';
const HTML =
  '<!doctype html><title>Test</title><link rel="icon" href="data:," /><script type="module" src="page.js"></script>';

interface Route {
  request(): { url(): string };
  fulfill(response: { readonly contentType: string; readonly body: string }): Promise<void>;
}

interface Tab {
  route(pattern: string, handler: (route: Route) => Promise<void>): Promise<void>;
  goto(address: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  on(event: 'pageerror', listener: (error: Error) => void): unknown;
  on(event: 'console', listener: (message: { type(): string; text(): string }) => void): unknown;
}

interface Playwright {
  readonly chromium: {
    launch(options: { readonly executablePath: string; readonly args: readonly string[] }): Promise<{
      newPage(): Promise<Tab>;
      close(): Promise<void>;
    }>;
  };
}

interface Esbuild {
  build(
    options: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>;
}

/** A page that is open until it is closed. */
export interface Page {
  /** Value of a JavaScript expression on the page, of JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Everything that went wrong so far. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens a page with one script.
 *
 * @param entry - the TypeScript file; bundled with the packages' source, or with what npm users get where the tests run on that
 */
export async function openPage(entry: URL): Promise<Page> {
  const fromExamples = createRequire(new URL('../../../../examples/package.json', import.meta.url));
  const { outputFiles } = await (fromExamples('esbuild') as Esbuild).build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: process.env['TEST_BUILT'] === '1' ? [] : ['@pct/source'],
    logLevel: 'silent',
  });
  const { chromium } = fromExamples('playwright-core') as Playwright;
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
  const tab = await browser.newPage();
  const complaints: string[] = [];
  tab.on('pageerror', (error) => complaints.push(String(error)));
  tab.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  // Instead of a server: an address that the browser takes for a secure one.
  await tab.route(`${ADDRESS}**`, (route) =>
    route.fulfill(
      route.request().url() === ADDRESS
        ? { contentType: 'text/html; charset=utf-8', body: HTML }
        : { contentType: 'text/javascript; charset=utf-8', body: outputFiles[0]!.text },
    ),
  );
  await tab.goto(ADDRESS);
  return { evaluate: (expression) => tab.evaluate(expression), complaints, close: () => browser.close() };
}
