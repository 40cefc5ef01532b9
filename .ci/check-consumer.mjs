/**
 * Uses the packages the way their users do: packs them, installs the tarballs with npm into an empty project
 * outside of the repository, and imports every entry from an ECMAScript module, from CommonJS, from strict
 * TypeScript (for Node.js and for bundlers), and, where it claims to run there, in a bundle for browsers.
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { packAll } from './pack.mjs';
import { command, nodeModule, run, SetupError, step } from './setup.mjs';

/** Entries of packages that need Node.js; all others have to run in browsers. @param {string} entry */
const needsNode = (entry) => /^(@[^/]+\/)?[^/]+\/node(\/|$)/.test(entry);

/**
 * Entries for users of tfjs: their types are made of tfjs's, which strict compilers refuse and which are not installed
 * in this project. @param {string} entry
 */
const needsTfjs = (entry) => /\/tfjs$/.test(entry);

/** What browsers have and the language itself has not, for the bundle to find while it loads. */
const browserGlobals = {
  AbortController,
  AbortSignal,
  TextDecoder,
  TextEncoder,
  URL,
  clearTimeout,
  crypto,
  performance,
  queueMicrotask,
  setTimeout,
  structuredClone,
};

const compilerOptions = { strict: true, skipLibCheck: false, noEmit: true, target: 'ES2022' };

await command(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  try {
    await check(folder);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @param {string} folder - an empty directory */
async function check(folder) {
  /** @type {import('./pack.mjs').Packed[]} */
  let packed = [];
  await step('packing', async () => {
    mkdirSync(join(folder, 'tarballs'));
    packed = await packAll(join(folder, 'tarballs'));
    return `${packed.length} packages`;
  });
  const project = join(folder, 'project');
  const entries = packed.flatMap((one) => one.entries);
  const write = writer(project, entries);
  const strict = entries.filter((entry) => !needsTfjs(entry));

  await step('installing the tarballs with npm', () => {
    const types = `@types/node@${version('@types/node')}`;
    const tarballs = packed.map(({ tarball }) => tarball);
    return npm(project, ['install', '--no-audit', '--no-fund', '--loglevel=error', types, ...tarballs]);
  });

  /** @type {Record<string, string[]>} */
  let names = {};
  await step('importing from an ECMAScript module', async () => {
    const { code, output } = await run(process.execPath, ['--no-warnings', write.module()]);
    if (code !== 0) return { code, output };
    names = JSON.parse(output);
    const empty = entries.find((entry) => !(Number(names[entry]?.length) > 0));
    return empty === undefined ? { code, output } : { code: 1, output: `${empty} exports nothing\n` };
  });
  await step('requiring from CommonJS', async () => {
    const { code, output } = await run(process.execPath, ['--no-warnings', write.commonJs()]);
    const same = code !== 0 || output.trim() === JSON.stringify(names);
    return same ? { code, output } : { code: 1, output: `not what import gives:\n${output}` };
  });
  await step('compiling strict TypeScript for Node.js', () => compile(write.typescriptForNode(strict)));
  await step('compiling strict TypeScript for bundlers', () => compile(write.typescriptForBundlers(strict)));
  for (const entry of entries.filter((one) => !needsNode(one))) {
    await step(`bundling ${entry} for browsers`, () => bundle(project, entry));
  }
}

/** Version of an installed package of the repository. @param {string} name */
function version(name) {
  return JSON.parse(readFileSync(nodeModule(`${name}/package.json`), 'utf8')).version;
}

/** @param {string} project @param {string[]} args */
function npm(project, args) {
  return run('npm', ['--prefix', project, ...args], { shell: process.platform === 'win32' });
}

/** @param {string} config - path of a tsconfig.json */
function compile(config) {
  return run(process.execPath, [nodeModule('typescript/bin/tsc'), '--project', config]);
}

/**
 * Functions that write the files of the project; each returns the path of the one to run.
 *
 * @param {string} project
 * @param {string[]} entries
 */
function writer(project, entries) {
  mkdirSync(project);
  /** @param {string} name @param {string} text */
  const file = (name, text) => {
    writeFileSync(join(project, name), text);
    return join(project, name);
  };
  file('package.json', '{ "name": "consumer", "private": true }');
  const asModule = (/** @type {string[]} */ list) => [
    ...list.map((entry, i) => `import * as e${i} from '${entry}';`),
    `const all = { ${list.map((entry, i) => `'${entry}': e${i}`).join(', ')} };`,
  ];
  const print =
    'console.log(JSON.stringify(Object.fromEntries(Object.entries(all).map(([k, e]) => [k, Object.keys(e).sort()]))));\n';
  // A union of literal names does not compile when an entry has no types.
  const typed = 'export type Names = { [K in keyof typeof all]: keyof (typeof all)[K] & string };\n';
  return {
    module: () => file('check.mjs', [...asModule(entries), print].join('\n')),
    commonJs: () =>
      file(
        'check.cjs',
        [
          `const all = { ${entries.map((entry) => `'${entry}': require('${entry}')`).join(', ')} };`,
          print,
        ].join('\n'),
      ),
    /** @param {string[]} list */
    typescriptForNode: (list) => {
      file('check.mts', [...asModule(list), typed].join('\n'));
      file(
        'check.cts',
        [
          ...list.map((entry, i) => `import e${i} = require('${entry}');`),
          `export const all = [${list.map((_, i) => `Object.keys(e${i}).length`).join(', ')}];\n`,
        ].join('\n'),
      );
      return file(
        'tsconfig.node.json',
        JSON.stringify({
          compilerOptions: { ...compilerOptions, module: 'NodeNext', types: ['node'] },
          files: ['check.mts', 'check.cts'],
        }),
      );
    },
    /** @param {string[]} list */
    typescriptForBundlers: (list) => {
      file('browser.ts', [...asModule(list.filter((entry) => !needsNode(entry))), typed].join('\n'));
      return file(
        'tsconfig.bundler.json',
        JSON.stringify({
          compilerOptions: {
            ...compilerOptions,
            module: 'ESNext',
            moduleResolution: 'Bundler',
            lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
            types: [],
          },
          files: ['browser.ts'],
        }),
      );
    },
  };
}

/**
 * Bundles everything that an entry exports, and loads the bundle where only the globals of browsers exist.
 *
 * @param {string} project
 * @param {string} entry
 */
async function bundle(project, entry) {
  /** @type {any} */
  const esbuild = createRequire(realpathSync(nodeModule('tsup/package.json')))('esbuild');
  try {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: `import * as all from '${entry}'; globalThis.all = all;`, resolveDir: project },
      bundle: true,
      write: false,
      minify: true,
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      logLevel: 'silent',
      plugins: [{ name: 'no-node', setup: refuseNode }],
    });
    const context = createContext({ ...browserGlobals });
    runInContext(outputFiles[0].text, context, { filename: `${entry} (bundled)` });
    return `${Math.ceil(outputFiles[0].contents.length / 1024)} kB`;
  } catch (error) {
    /** @type {{ text: string, location?: { file: string } }[]} */
    const errors = /** @type {any} */ (error).errors ?? [];
    const lines = errors.map(({ text, location }) => `${location?.file ?? entry}: ${text}`);
    throw new SetupError(`${entry} does not run in browsers: ${lines.join('; ') || error}`);
  }
}

/** @param {any} build - esbuild's interface for plugins */
function refuseNode(build) {
  build.onResolve({ filter: /.*/ }, (/** @type {{ path: string }} */ { path }) =>
    isBuiltin(path) ? { errors: [{ text: `${path} exists only in Node.js` }] } : undefined,
  );
}
