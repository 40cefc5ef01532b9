/** Joins arrays to one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A view for reading and writing numbers in the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Pipes chunks through a (de)compression stream of the web standard.
 *
 * @returns what comes out; a reader that stops early stops the source too
 * @throws what the source throws, or what the stream says to broken data
 */
export async function* piped(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  through: CompressionStream | DecompressionStream,
): AsyncGenerator<Uint8Array> {
  const writer = through.writable.getWriter();
  const feed = async (): Promise<void> => {
    try {
      for await (const chunk of chunks) await writer.write(chunk as Uint8Array<ArrayBuffer>);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => undefined);
      throw error;
    }
  };
  const fed = feed();
  // The reader below sees the same failure; this only keeps it from counting as unhandled.
  fed.catch(() => undefined);
  const reader = through.readable.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    await fed;
  } catch (error) {
    // Where the source failed, that is the reason; the stream's own error only follows from it.
    await fed;
    throw error;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
