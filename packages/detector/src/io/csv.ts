import { FileFormatError } from '@pct/core';
import { joinBytes } from '@pct/core/npy';

import type { ColumnOptions } from './gateColumns.js';
import { planColumns } from './gateColumns.js';
import { HitBuilder } from './hitBuilder.js';
import { asciiText, parseDecimal } from './number.js';

const comma = 44;
const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;

/** No row of hits is nearly as long: a file without line ends is no table. */
const maxLineBytes = 1 << 20;

/**
 * Reads hits from comma-separated text as it comes in.
 *
 * UTF-8, with or without byte-order mark; lines end with LF or CRLF; fields may stand in double quotes,
 * but not run over the end of a line. Empty lines are allowed at the end only. Only one chunk and the
 * columns of the result are in memory.
 *
 * @throws {@link FileFormatError} at the first row that is broken
 */
export async function readCsv(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  options: ColumnOptions,
): Promise<HitBuilder> {
  const reader = new CsvReader(file, options);
  let rest = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : joinBytes([rest, chunk]);
    const end = bytes.lastIndexOf(lineFeed) + 1;
    reader.readLines(bytes, end);
    rest = bytes.slice(end);
    if (rest.length > maxLineBytes) {
      throw reader.error(`a line of more than ${maxLineBytes} bytes: this is no table of hits in CSV`);
    }
  }
  if (rest.length > 0) reader.readLines(joinBytes([rest, Uint8Array.of(lineFeed)]), rest.length + 1);
  return reader.finish();
}

class CsvReader {
  private readonly file: string;
  private readonly options: ColumnOptions;
  /** Lines read so far. */
  private line = 0;
  /** First of the empty lines that were last read; 0 if the last line was not empty. */
  private emptyLine = 0;
  private builder: HitBuilder | undefined;

  constructor(file: string, options: ColumnOptions) {
    this.file = file;
    this.options = options;
  }

  finish(): HitBuilder {
    if (this.builder === undefined) {
      throw new FileFormatError(
        { file: this.file },
        'the file is empty: expected a header line with column names',
      );
    }
    return this.builder;
  }

  error(message: string, column?: string): FileFormatError {
    return new FileFormatError({ file: this.file, row: this.line + 1, column }, message);
  }

  /** Reads `[0, end)`, which ends with a line feed or is empty. */
  readLines(bytes: Uint8Array, end: number): void {
    let at = 0;
    while (at < end) {
      const first = bytes[at]!;
      if (first === lineFeed || (first === carriageReturn && bytes[at + 1] === lineFeed)) {
        at += first === lineFeed ? 1 : 2;
        this.line++;
        this.emptyLine ||= this.line;
        continue;
      }
      if (this.builder === undefined) {
        at = this.readHeader(bytes, at);
      } else {
        if (this.emptyLine !== 0) {
          this.line = this.emptyLine - 1;
          throw this.error('an empty line inside the table');
        }
        at = this.readRow(bytes, at, this.builder);
      }
      this.line++;
    }
  }

  private readHeader(bytes: Uint8Array, start: number): number {
    if (
      (bytes[start] === 0xff && bytes[start + 1] === 0xfe) ||
      (bytes[start] === 0xfe && bytes[start + 1] === 0xff)
    ) {
      throw this.error('the text is UTF-16: save it as UTF-8');
    }
    const lineEnd = bytes.indexOf(lineFeed, start);
    // The decoder drops a byte-order mark.
    const text = new TextDecoder().decode(bytes.subarray(start, lineEnd)).replace(/\r$/, '');
    const names = splitHeader(text);
    if (names === undefined) throw this.error('a quoted column name does not end');
    if (names.length === 1 && /[;\t]/.test(text)) {
      throw this.error('columns are separated by semicolons or tabs: expected commas');
    }
    const plan = planColumns(names, this.file, this.line + 1, this.options);
    this.emptyLine = 0;
    this.builder = new HitBuilder(plan, this.file, this.line + 2);
    return lineEnd + 1;
  }

  private readRow(bytes: Uint8Array, start: number, builder: HitBuilder): number {
    const { slots } = builder.plan;
    const fields = slots.length;
    let at = start;
    for (let field = 0; ; field++) {
      let from = at;
      let to: number;
      if (bytes[at] === quote) {
        from++;
        at = this.endOfQuotes(bytes, from);
        to = at - 1;
        if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) at++;
        if (bytes[at] !== comma && bytes[at] !== lineFeed)
          throw this.error('text behind the end of a quoted field');
      } else {
        let byte = bytes[at]!;
        while (byte !== comma && byte !== lineFeed) byte = bytes[++at]!;
        to = byte === lineFeed && at > from && bytes[at - 1] === carriageReturn ? at - 1 : at;
      }
      const slot = field < fields ? slots[field]! : -1;
      if (slot >= 0) {
        const value = parseDecimal(bytes, from, to);
        // Not finite: not a number at all, or one beyond the range of doubles.
        if (value - value !== 0) throw this.badValue(asciiText(bytes, from, to), builder.plan.names[slot]!);
        builder.put(slot, value);
      }
      if (bytes[at++] === lineFeed) {
        if (field + 1 !== fields) {
          throw this.error(`expected ${fields} fields, as in the header, got ${field + 1}`);
        }
        builder.endRow();
        return at;
      }
    }
  }

  /** Position behind the closing quote of the field whose text starts at `at`. */
  private endOfQuotes(bytes: Uint8Array, at: number): number {
    for (;;) {
      const byte = bytes[at++]!;
      if (byte === lineFeed) throw this.error('a quoted field does not end on its line');
      if (byte !== quote) continue;
      if (bytes[at] !== quote) return at;
      at++;
    }
  }

  private badValue(text: string, column: string): FileFormatError {
    const value = text.trim();
    const got = value.length > 40 ? `${value.slice(0, 40)}…` : value;
    return this.error(
      value === '' ? 'the value is missing' : `expected a finite number, got '${got}'`,
      column,
    );
  }
}

/** Fields of a header line, without quotes and spaces around them; undefined if a quote does not end. */
function splitHeader(line: string): string[] | undefined {
  const names: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"\s*|([^,"]*))(,|$)/y;
  for (;;) {
    const match = field.exec(line);
    if (match === null) return undefined;
    names.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim());
    if (match[3] === '') return names;
  }
}
