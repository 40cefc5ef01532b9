/** Python's names of the numbers that JSON lacks, and where they stand outside of texts. */
const NUMBERS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };
const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
/** Marks such a number on its way through JSON; no JSON text holds a bare control character. */
const MARK = '\u0000number:';
const ESCAPED_MARK = /"\\u0000number:(NaN|-?Infinity)"/g;

/** JSON as Python reads and writes it: with NaN, Infinity and -Infinity. */
export function printJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'number' && !Number.isFinite(entry) ? MARK + String(entry) : entry,
  );
  return text.replace(ESCAPED_MARK, '$1');
}

/**
 * Reads what {@link printJson} or Python's json module wrote.
 *
 * @throws SyntaxError if it is no JSON
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/NaN|Infinity/.test(text)) throw error;
    const marked = text.replace(TOKENS, (token) => (token in NUMBERS ? JSON.stringify(MARK + token) : token));
    return JSON.parse(marked, (_key, entry: unknown) =>
      typeof entry === 'string' && entry.startsWith(MARK) ? NUMBERS[entry.slice(MARK.length)] : entry,
    ) as unknown;
  }
}

/** Whether a line that may be cut off is a whole record after all. */
export function isRecord(line: string): boolean {
  try {
    const record = parseJson(line);
    return typeof record === 'object' && record !== null;
  } catch {
    return false;
  }
}
