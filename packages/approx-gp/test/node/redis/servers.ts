import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Settings of a server. */
interface ServerSettings {
  readonly password?: string;
  /** How many commands are answered by LOADING first; the imitation only. */
  readonly loading?: number;
}

/** A server that runs. */
export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Ends it; its data stay. */
  stop(): Promise<void>;
  /** Starts it again, without waiting until it is there. */
  restart(): void;
}

type ServerCommand = (port: number, folder: string, settings: ServerSettings) => [string, string[]];

const child = (name: string): string => fileURLToPath(new URL(`children/${name}`, import.meta.url));

const imitation: ServerCommand = (port, folder, { password = '', loading = 0 }) => [
  process.execPath,
  [child('fakeServer.js'), String(port), join(folder, 'data.json'), password, String(loading)],
];
const realServer: ServerCommand = (port, folder, { password }) => [
  'redis-server',
  [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'],
    ...(password === undefined ? [] : ['--requirepass', password]),
  ],
];

/** Whether a program is on this machine and does what it is told. */
export const succeeds = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args).status === 0;

/** Servers of this machine by name. */
export const servers: readonly (readonly [string, ServerCommand])[] = [
  ['an imitation of a Redis server', imitation],
  ...(succeeds('redis-server', '--version') ? [['redis-server', realServer] as const] : []),
];

let made: string | undefined;
/** Folder for files of this test; call `cleanUp` at the end. */
export const folder = (): string => (made ??= mkdtempSync(join(tmpdir(), 'approx-gp-redis-')));
const running = new Set<ChildProcess>();

/** Ends everything that was started here. */
export async function cleanUp(): Promise<void> {
  const ends = [...running].map((process) => once(process, 'exit'));
  for (const process of running) process.kill('SIGKILL');
  await Promise.all(ends);
  if (made !== undefined) rmSync(made, { recursive: true });
}

export async function startServer(
  command: ServerCommand,
  settings: ServerSettings = {},
): Promise<RunningServer> {
  const port = await freePort();
  const place = mkdtempSync(join(folder(), 'server-'));
  const launch = (): ChildProcess => start(...command(port, place, settings));
  let process = launch();
  await ready(process);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const exit = once(process, 'exit');
      process.kill('SIGTERM');
      await exit;
    },
    restart: () => (process = launch()),
  };
}

/** Something between a storage and its server that is not as smooth as a local connection; gives its port. */
export async function startProxy(
  target: number,
  kind: 'plain' | 'bytes' | 'drop' | 'tls',
  path?: string,
): Promise<number> {
  const port = await freePort();
  await ready(
    start(process.execPath, [child('proxy.js'), String(target), path ?? String(port), kind, folder()]),
  );
  return port;
}

/** Starts a program that ends with this test at the latest. */
export function start(program: string, args: readonly string[]): ChildProcess {
  const started = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(started);
  started.once('exit', () => running.delete(started));
  return started;
}

function ready(process: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    process.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ready to accept connections')) resolve();
    });
    process.once('exit', () => reject(new Error(`it ended at once: ${text}`)));
  });
}

/** A port that nobody listens to. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
