import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsx = pathToFileURL(createRequire(`${root}examples/package.json`).resolve('tsx')).href;
const conditions = process.env['TEST_BUILT'] ? [] : ['--conditions=@pct/source'];

/** What a script printed, and how it ended. */
export interface ScriptResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const argumentsOf = (file: string, options: readonly string[]): string[] => [
  ...['--import', tsx],
  ...conditions,
  file,
  ...options,
];

/** Starts a TypeScript file of the repository as {@link runScript} does, for tests that end it before its end. */
export function startScript(file: string, options: readonly string[]): ChildProcess {
  return spawn(process.execPath, argumentsOf(file, options), { cwd: root });
}

/** Runs a TypeScript file of the repository as a user's shell would, against sources or built files as the tests. */
export function runScript(file: string, options: readonly string[]): Promise<ScriptResult> {
  return new Promise((resolve) => {
    execFile(process.execPath, argumentsOf(file, options), { cwd: root }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}
