/**
 * Checks that every packages/<folder>/package.json has the one shape that users and tools can rely on, and
 * that what it promises exists. Prints each deviation with its remedy.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packages as direction } from '../.config/dependency-direction.js';
import { packageFolders, root } from './setup.mjs';

const repository = 'https://github.com/sciml-ts/sciml-ts';

/** All keys a manifest may have, in their order; those marked are optional. */
const keys = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'repository',
  'homepage',
  'bugs',
  'type',
  'sideEffects',
  'engines',
  'imports?',
  'exports',
  'bin?',
  'files',
  'publishConfig',
  'scripts',
  'dependencies?',
  'optionalDependencies?',
  'peerDependencies?',
  'peerDependenciesMeta?',
  'devDependencies?',
];

/** Scripts that every package has, word for word. */
const scripts = { build: 'tsup && tsc -p tsconfig.build.json', typecheck: 'tsc -p tsconfig.json' };

/**
 * What is wrong with one package.
 *
 * @param {string} folder - its name under `packages/`
 * @param {string} top - absolute path of the directory that has `packages/`
 * @returns {string[]}
 */
export function problemsOf(folder, top = root) {
  const here = join(top, 'packages', folder);
  const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  return [
    ...keyProblems(manifest),
    ...valueProblems(folder, manifest),
    ...dependencyProblems(manifest),
    ...exportProblems(here, manifest),
    ...tsupProblems(here, manifest),
    ...['LICENSE', 'README.md', 'tsconfig.json', 'tsconfig.build.json']
      .filter((file) => !existsSync(join(here, file)))
      .map(
        (file) => `${file} is missing: add it${file === 'LICENSE' ? ', a copy of the one at the root' : ''}`,
      ),
  ];
}

/** @param {Record<string, any>} manifest */
function keyProblems(manifest) {
  const known = keys.map((key) => key.replace('?', ''));
  const present = Object.keys(manifest);
  const unknown = present.filter((key) => !known.includes(key));
  const missing = keys.filter((key) => !key.endsWith('?') && !present.includes(key));
  const ordered = known.filter((key) => present.includes(key));
  const problems = [
    ...unknown.map(
      (key) => `"${key}" is not part of the shape: remove it, or add it to "keys" in this script`,
    ),
    ...missing.map((key) => `"${key}" is missing: add it`),
  ];
  if (unknown.length === 0 && !isDeepStrictEqual(present, ordered)) {
    problems.push(`the keys are out of order: write them as ${ordered.join(', ')}`);
  }
  return problems;
}

/** @param {string} folder @param {Record<string, any>} manifest */
function valueProblems(folder, manifest) {
  const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const expected = {
    name: Object.entries(direction).find(([key]) => key === folder)?.[1].name,
    license: 'MIT',
    repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${folder}` },
    homepage: `${repository}/tree/main/packages/${folder}#readme`,
    bugs: `${repository}/issues`,
    type: 'module',
    sideEffects: false,
    engines: rootManifest.engines,
    files: ['dist', 'src'],
    publishConfig: { access: 'public' },
  };
  const problems = Object.entries(expected)
    .filter(([key, value]) => !isDeepStrictEqual(manifest[key], value))
    .map(([key, value]) => `"${key}" must be ${JSON.stringify(value)}, is ${JSON.stringify(manifest[key])}`);
  for (const [name, script] of Object.entries(scripts)) {
    if (manifest.scripts?.[name] !== script) problems.push(`"scripts.${name}" must be "${script}"`);
  }
  if (!/^.{20,160}\.$/.test(manifest.description ?? '')) {
    problems.push('"description" must be one sentence of 20 to 160 characters that ends with a full stop');
  }
  if (!(manifest.keywords?.length >= 3)) problems.push('"keywords" must be at least three words');
  return problems;
}

/** @param {Record<string, any>} manifest */
function dependencyProblems(manifest) {
  const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'];
  const own = new Set(Object.values(direction).map(({ name }) => name));
  return kinds.flatMap((kind) => {
    const entries = Object.entries(/** @type {Record<string, string>} */ (manifest[kind] ?? {}));
    const names = entries.map(([name]) => name);
    const problems = isDeepStrictEqual(names, [...names].sort()) ? [] : [`"${kind}" must be sorted by name`];
    for (const [name, range] of entries) {
      const wanted = own.has(name) ? 'workspace:^' : 'catalog:';
      if (range !== wanted && kind !== 'peerDependencies') {
        problems.push(`"${kind}.${name}" must be "${wanted}", is "${range}"`);
      }
    }
    return problems;
  });
}

/** The file in dist, without extension, that a source file becomes. @param {string} source */
const builtName = (source) => source.replace(/^\.\/src\//, '').replace(/\.[jt]s$/, '');

/** @param {string} here @param {Record<string, any>} manifest */
function exportProblems(here, manifest) {
  const { './package.json': self, ...entries } = manifest.exports ?? {};
  const problems = [];
  if (self !== './package.json') problems.push('"exports" must have "./package.json": "./package.json"');
  if (!('.' in entries)) problems.push('"exports" must have an entry "."');
  for (const [path, conditions] of Object.entries(entries)) {
    const source = conditions?.['@pct/source'];
    if (typeof source !== 'string' || !/^\.\/src\/.+\.ts$/.test(source)) {
      problems.push(`"exports" of "${path}" must begin with "@pct/source": "./src/<file>.ts"`);
      continue;
    }
    const expected = {
      '@pct/source': source,
      types: `./dist/${builtName(source)}.d.ts`,
      default: `./dist/${builtName(source)}.js`,
    };
    if (JSON.stringify(conditions) !== JSON.stringify(expected)) {
      problems.push(`"exports" of "${path}" must be exactly ${JSON.stringify(expected)}`);
    }
    if (!existsSync(join(here, source))) problems.push(`"exports" of "${path}": there is no ${source}`);
  }
  return problems;
}

/** @param {string} here @param {Record<string, any>} manifest */
function tsupProblems(here, manifest) {
  const file = join(here, 'tsup.config.ts');
  if (!existsSync(file))
    return ['tsup.config.ts is missing: add one that calls library() of .config/tsup.base.ts'];
  const text = readFileSync(file, 'utf8');
  const entries = Object.fromEntries(
    [...text.matchAll(/['"]?([\w/.-]+)['"]?\s*:\s*['"]((?:\.\/)?src\/[^'"]+)['"]/g)].map((match) => [
      match[1],
      `./${match[2]?.replace(/^\.\//, '')}`,
    ]),
  );
  const exported = Object.values(manifest.exports ?? {})
    .map((conditions) => conditions?.['@pct/source'])
    .filter((source) => typeof source === 'string');
  const problems = [];
  for (const source of exported) {
    if (entries[builtName(source)] !== source) {
      problems.push(
        `tsup.config.ts lacks the entry '${builtName(source)}': '${source.slice(2)}' of "exports"`,
      );
    }
  }
  for (const [name, source] of Object.entries(entries)) {
    if (!existsSync(resolve(here, source))) problems.push(`tsup.config.ts: there is no ${source}`);
    if (name !== builtName(source))
      problems.push(`tsup.config.ts: name the entry '${builtName(source)}', not '${name}'`);
  }
  return problems;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folders = packageFolders();
  let count = 0;
  for (const folder of folders) {
    for (const problem of problemsOf(folder)) {
      console.error(`packages/${folder}: ${problem}`);
      count++;
    }
  }
  console.log(`${folders.length} manifests checked, ${count} problems`);
  process.exitCode = count > 0 ? 1 : 0;
}
