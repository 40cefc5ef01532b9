/** Pieces of SVG text. Numbers have fixed decimals, so that equal figures are equal files. */

/** A point in pixels. */
export type Pixel = readonly [x: number, y: number];

/** Attributes; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A coordinate: a hundredth of a pixel is enough. */
export function px(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return String(rounded === 0 ? 0 : rounded);
}

/** Text that is safe in markup. Characters that XML does not allow become spaces. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** One element. */
export function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? '' : ` ${key}="${typeof value === 'number' ? px(value) : escapeMarkup(value)}"`,
  );
  return `<${name}${written.join('')}${content === undefined ? '/>' : `>${content}</${name}>`}`;
}

/** A line of text. */
export function label([x, y]: Pixel, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeMarkup(text));
}

/** The path data of lines through points. */
export function pathData(lines: readonly (readonly Pixel[])[], closed = false): string {
  return lines
    .filter(({ length }) => length > 0)
    .map((points) => `M${points.map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}${closed ? 'Z' : ''}`)
    .join('');
}

/** Lines of at most a width, broken between words; widths are estimated. */
export function wrapText(text: string, fontSize: number, width: number): string[] {
  const room = Math.max(8, Math.floor(width / (0.56 * fontSize)));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
