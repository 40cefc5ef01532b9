import { writeFileAtomic } from '@pct/core/node';

/** A file that grows with every item of a source. */
export interface GrowingFile<T> {
  readonly path: string;
  /** First bytes. */
  readonly start?: Uint8Array | undefined;
  /** What an item adds. */
  readonly piece: (item: T) => Uint8Array;
  /** Last bytes. */
  readonly end?: (() => Uint8Array) | undefined;
}

/**
 * Writes several files from one source, item by item, each as `writeFileAtomic` does: on any failure none of them
 * takes its place.
 *
 * @throws what the source throws, or the first failure to write
 */
export async function writeTogether<T>(
  files: readonly GrowingFile<T>[],
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let failure: { readonly reason: unknown } | undefined;
  const open = files.map((file) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const written = writeFileAtomic(file.path, readable, { signal }).catch((reason: unknown) => {
      failure ??= { reason };
    });
    const push = async (bytes: Uint8Array | undefined): Promise<void> => {
      if (bytes !== undefined && bytes.length > 0) await writer.write(bytes);
    };
    return { file, writer, written, push };
  });
  try {
    await Promise.all(open.map(({ file, push }) => push(file.start)));
    for await (const item of source) await Promise.all(open.map(({ file, push }) => push(file.piece(item))));
    await Promise.all(open.map(({ file, push }) => push(file.end?.())));
    await Promise.all(open.map(({ writer }) => writer.close()));
  } catch (reason) {
    // A file that failed cancels its stream first, and its reason is the better one.
    failure ??= { reason };
    for (const { writer } of open) writer.abort(reason).catch(() => undefined);
  }
  await Promise.all(open.map(({ written }) => written));
  if (failure !== undefined) throw failure.reason;
}
