/**
 * The set-up that every command of the repository shares: from a fresh clone on a machine that has only
 * Node.js and npm, to installed and built packages. `node .ci/setup.mjs` does only that.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const stampFile = join(root, 'node_modules', '.setup-stamp');

/** Something that the user can put right. Reported as one line, without a stack. */
export class SetupError extends Error {}

/**
 * Environment of every child process: no background daemon, no telemetry, and a network that does not
 * answer is reported after seconds instead of minutes.
 */
const childEnvironment = {
  npm_config_fetch_retries: '2',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '5000',
  npm_config_update_notifier: 'false',
  ...process.env,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  DO_NOT_TRACK: '1',
  ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }),
};

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args - no spaces inside an argument when `shell` is set
 * @param {{ inherit?: boolean, shell?: boolean, env?: Record<string, string> }} [options] - `inherit`: the
 *   program reads and writes this terminal; otherwise it has no input and its output is collected
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { inherit = false, shell = false, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      shell,
      env: { ...childEnvironment, ...env },
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Known failures by what npm and pnpm say about them, and the line that the user gets instead. */
const knownFailures = [
  {
    pattern: /ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE_CONFIG_MISMATCH|ERR_PNPM_NO_LOCKFILE/,
    message: `pnpm-lock.yaml does not match the package.json files. Run "npx ${manifest.packageManager} install --no-frozen-lockfile" and commit the lockfile.`,
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|ERR_PNPM_META_FETCH_FAIL/,
    message:
      'the npm registry could not be reached. Check the network, and the proxy and registry settings of npm ("npm config list").',
  },
  {
    pattern: /\b(E401|E403|ERR_PNPM_FETCH_40[13])\b/,
    message: 'the npm registry refused access. Check the registry settings of npm ("npm config list").',
  },
  { pattern: /ENOSPC/, message: 'the disk is full.' },
  {
    pattern: /\b(EACCES|EPERM|EROFS)\b/,
    message: `no permission to write to ${root}, or to the caches of npm and pnpm in your home directory.`,
  },
];

/** Runs the pinned pnpm, which npx fetches on first use. @param {string[]} args */
export async function pnpm(args) {
  // On Windows npx is a script, which only a shell can start.
  const result = await run('npx', ['--yes', '--prefer-offline', manifest.packageManager, ...args], {
    shell: process.platform === 'win32',
  }).catch((/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new SetupError('npx was not found. It is part of npm: install npm, or Node.js with npm.');
  });
  // The scripts that pnpm runs may print such words too; then their output is worth more than our guess.
  const fromInstaller = args[0] === 'install' || /^npm (error|ERR!) code/m.test(result.output);
  if (result.code !== 0 && fromInstaller) {
    const known = knownFailures.find(({ pattern }) => pattern.test(result.output));
    if (known) throw new SetupError(known.message);
  }
  return result;
}

/**
 * Prints `[1/3] name ... 12 s` around a piece of work.
 *
 * @param {string} label
 * @param {() => Promise<{ code: number, output: string } | string>} work - a result of {@link run}, or a note
 *   to print in place of the time
 */
export async function step(label, work) {
  process.stdout.write(`${label} ... `);
  const start = performance.now();
  let result;
  try {
    result = await work();
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
  if (typeof result === 'string') {
    process.stdout.write(`${result}\n`);
    return;
  }
  if (result.code === 0) {
    process.stdout.write(`${seconds(start)}\n`);
    return;
  }
  process.stdout.write('failed\n');
  process.stdout.write(result.output);
  throw new SetupError(`"${label}" failed with exit code ${result.code}; its output is above.`);
}

/** Time since `start` (of `performance.now`) for people. @param {number} start */
export function seconds(start) {
  const elapsed = (performance.now() - start) / 1000;
  return elapsed < 10 ? `${elapsed.toFixed(1)} s` : `${Math.round(elapsed)} s`;
}

function checkNode() {
  const required = /(\d+)\.(\d+)/.exec(manifest.engines.node);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = (required ?? []).slice(1).map(Number);
  if (major < needMajor || (major === needMajor && minor < needMinor)) {
    throw new SetupError(
      `Node.js ${needMajor}.${needMinor} or newer is needed, this is ${process.version}. Get a newer one from nodejs.org.`,
    );
  }
}

function checkPermission() {
  try {
    accessSync(root, constants.W_OK);
    if (existsSync(join(root, 'node_modules'))) accessSync(join(root, 'node_modules'), constants.W_OK);
  } catch {
    throw new SetupError(`no permission to write to ${root}. Clone the repository to a directory of yours.`);
  }
}

/** Names of the folders of the packages, under `packages/`. @returns {string[]} */
export function packageFolders() {
  // Switching branches may leave a folder behind that holds only node_modules.
  return readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'package.json')),
  );
}

/** Folders of the workspace, relative to the root. */
function workspaceFolders() {
  return [...packageFolders().map((name) => join('packages', name)), 'examples', 'docs'];
}

/** One hash over all that decides what node_modules must hold, and over what pnpm says it does hold. */
function installState() {
  const hash = createHash('sha256');
  const files = [
    'package.json',
    'pnpm-workspace.yaml',
    'pnpm-lock.yaml',
    'node_modules/.modules.yaml',
    'node_modules/.pnpm/lock.yaml',
    ...workspaceFolders().map((folder) => join(folder, 'package.json')),
  ];
  for (const file of files) {
    const path = join(root, file);
    hash.update(`${file}\0`).update(existsSync(path) ? readFileSync(path) : 'absent');
  }
  return hash.update(`${process.platform} ${process.arch}`).digest('hex');
}

function isInstalled() {
  return (
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === installState() &&
    workspaceFolders().every((folder) => {
      const { dependencies, devDependencies } = JSON.parse(
        readFileSync(join(root, folder, 'package.json'), 'utf8'),
      );
      return !(dependencies ?? devDependencies) || existsSync(join(root, folder, 'node_modules'));
    })
  );
}

async function install() {
  if (isInstalled()) return 'already in line with pnpm-lock.yaml';
  const result = await pnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false']);
  if (result.code === 0) writeFileSync(stampFile, installState());
  return result;
}

/**
 * Installs and builds the workspace; quick when there is nothing to do.
 *
 * @param {number} steps - number of steps of the calling command, for the `[1/3]` in front of the lines;
 *   this function does the first two
 */
export async function setUp(steps) {
  checkNode();
  checkPermission();
  await step(`[1/${steps}] installing packages`, install);
  await step(`[2/${steps}] building packages`, () => pnpm(['exec', 'lerna', 'run', 'build']));
}

/**
 * Runs the body of a command, and turns a {@link SetupError} into one line and exit code 1.
 *
 * @param {() => Promise<number>} body - returns the exit code
 */
export async function command(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/** A program of node_modules by its package and the file that starts it. @param {string} path */
export function nodeModule(path) {
  return join(root, 'node_modules', ...path.split('/'));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await command(async () => {
    await setUp(2);
    return 0;
  });
}
