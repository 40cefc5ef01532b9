import { MissingDependencyError } from '@pct/core';
import type { TfModule } from './types.js';

/** A backend of tfjs that can be asked for. */
export type TfjsBackend = 'cpu' | 'wasm' | 'webgl' | 'webgpu' | 'tensorflow';

/** Imports a package when it is needed; tests replace it. */
export type ImportPackage = (name: string) => Promise<unknown>;

/** A package that makes a backend, besides tfjs itself. */
const PACKAGES: Readonly<Record<TfjsBackend, readonly string[]>> = {
  cpu: ['@tensorflow/tfjs'],
  wasm: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'],
  webgl: ['@tensorflow/tfjs'],
  webgpu: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-webgpu'],
  tensorflow: ['@tensorflow/tfjs-node-gpu'],
};

/** {@link ImportPackage} by the loader of the platform. */
export function importPackage(name: string): Promise<unknown> {
  // Bundlers follow these two; the others are for Node.js or are brought by the caller. An import whose failure is
  // handled counts as optional for them.
  const passOn = (cause: unknown): never => {
    throw cause;
  };
  if (name === '@tensorflow/tfjs') return import('@tensorflow/tfjs').catch(passOn);
  if (name === '@tensorflow/tfjs-backend-wasm') return import('@tensorflow/tfjs-backend-wasm').catch(passOn);
  return import(/* @vite-ignore */ name);
}

/**
 * Loads tfjs with a backend.
 *
 * @throws {@link MissingDependencyError} with the reason if a package is not installed or does not load
 */
export async function loadTfjs(backend: TfjsBackend, load: ImportPackage): Promise<TfModule> {
  let first: TfModule | undefined;
  for (const name of PACKAGES[backend]) {
    const loaded = await loadPackage(name, load);
    first ??= loaded as TfModule;
  }
  return first!;
}

async function loadPackage(name: string, load: ImportPackage): Promise<unknown> {
  let loaded: unknown;
  try {
    loaded = await load(name);
  } catch (cause) {
    throw new MissingDependencyError(`tfjs: ${name} ${reasonOf(cause, name)}`, { cause });
  }
  // A CommonJS module: what it exports stands in `default` where the loader does not name it.
  const { default: whole } = loaded as { default?: unknown };
  return 'tensor' in (loaded as object) ? loaded : (whole ?? loaded);
}

function reasonOf(cause: unknown, name: string): string {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  // In the place of an optional peer that is not there Vite puts a module that throws the last one.
  const missing =
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'MODULE_NOT_FOUND' ||
    String(message).startsWith('Could not resolve "');
  return missing
    ? `is not installed; run npm install ${name}`
    : `does not load on this machine: ${String(message)}`;
}

/**
 * Starts a backend of a module of tfjs and leaves the module's own choice as it was, if it had made one.
 *
 * @throws {@link MissingDependencyError} if the module has no such backend or it does not start
 */
export async function startBackend(tf: TfModule, backend: string): Promise<void> {
  const before = currentBackend(tf);
  if (before === backend) return;
  const known = Object.keys(tf.engine().registryFactory);
  if (!known.includes(backend))
    throw new MissingDependencyError(
      `tfjs: this module of tfjs has no backend '${backend}', only ${known.join(', ') || 'none'}; import the package of that backend before`,
    );
  let failure: { readonly cause?: unknown } | undefined;
  try {
    if (!(await tf.setBackend(backend))) failure = {};
  } catch (cause) {
    failure = { cause };
  }
  if (before !== undefined) await tf.setBackend(before);
  if (failure === undefined) return;
  const { cause } = failure;
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  throw new MissingDependencyError(`tfjs: the backend '${backend}' does not start here${reason}`, { cause });
}

/** The backend that a module uses; undefined before it has chosen one. */
export function currentBackend(tf: TfModule): string | undefined {
  return tf.getBackend() ?? undefined;
}

/** Runs synchronous work on a backend that has been started, whichever one the module uses otherwise. */
export function onBackend<T>(tf: TfModule, backend: string, work: () => T): T {
  const before = currentBackend(tf);
  if (before === undefined || before === backend) return work();
  // A backend that has been started is changed to before the promise is returned.
  void tf.setBackend(backend);
  try {
    return work();
  } finally {
    void tf.setBackend(before);
  }
}
