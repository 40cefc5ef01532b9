/** A linear map from millimetres to pixels. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Pixel of a value. */
  readonly map: (value: number) => number;
}

/** Maps [low, high] to [from, to]; `from > to` turns the axis round. */
export function linear(low: number, high: number, from: number, to: number): Scale {
  const factor = (to - from) / (high - low);
  return { low, high, map: (value) => from + (value - low) * factor };
}

/** Round values (1, 2 or 5 times a power of ten apart) within [low, high], about `wanted` of them or fewer. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((s) => s >= rough * (1 - 1e-9)) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Through a decimal text, so that 3 * 0.1 gives 0.3; adding 0 turns -0 into 0.
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, k) => Number(((first + k) * step).toPrecision(12)) + 0,
  );
}

/** Rounds to 1/100, the precision of coordinates in a figure. */
export function fixed(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** A number for readers, with a true minus sign. */
export function label(value: number): string {
  return String(value).replace('-', '\u2212');
}

/** Splits thousands by thin spaces. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** Rounds to two or three significant digits for a legend. */
export function brief(value: number): string {
  return label(Number(value.toPrecision(value >= 100 ? 3 : 2)));
}

/** Width of a text in Helvetica and its likes, px: by class of character, good to a few per cent. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const character of text) {
    if (character.codePointAt(0)! >= 0x2e80) em += 1;
    else if (" .,:;|!'()[]/ijlrt\u2009\u00b7".includes(character)) em += 0.28;
    else if ('cksvxyz'.includes(character)) em += 0.5;
    else if ('mwMW%'.includes(character)) em += 0.83;
    else if (character >= 'A' && character <= 'Z') em += 0.69;
    else em += 0.56;
  }
  return em * size;
}

/** Breaks a text at spaces into lines that fit; what is left after the last line is cut, with an ellipsis. */
export function wrap(text: string, size: number, room: number, mostLines: number): string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(/\s+/).filter((word) => word !== '');
  for (const [k, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidth(longer, size) <= room) {
      line = longer;
    } else if (lines.length === mostLines - 1) {
      line = [line, ...words.slice(k)].join(' ');
      break;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((part) => ellipsis(part, size, room));
}

function ellipsis(text: string, size: number, room: number): string {
  if (textWidth(text, size) <= room) return text;
  let shown = '';
  let width = size;
  for (const character of text) {
    width += textWidth(character, size);
    if (width > room) break;
    shown += character;
  }
  return `${shown.trimEnd()}\u2026`;
}
