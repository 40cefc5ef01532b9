/** Width and height of a plot and of the margins around its frame, in pixels. */
export const SIZE = { width: 560, height: 300, left: 62, right: 14, top: 12, bottom: 40 } as const;

/** A scale from data to pixels, with its ticks. */
export interface Scale {
  readonly to: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly title: string;
}

/** Text that is safe in HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A number of a few digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(4)));
}

/** A coordinate: a tenth of a pixel is enough. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The frame's range along an axis. */
function frame(axis: 'x' | 'y'): readonly [number, number] {
  const { width, height, left, right, top, bottom } = SIZE;
  return axis === 'x' ? [left, width - right] : [height - bottom, top];
}

/** A scale of equal steps over the values, or some of them where there is nothing else to see. */
export function linearScale(axis: 'x' | 'y', values: readonly number[], title: string): Scale {
  const finite = values.filter(Number.isFinite);
  let low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  let high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low > high) [low, high] = [0, 1];
  if (low === high)
    [low, high] = [low - Math.max(0.5, Math.abs(low) * 0.01), high + Math.max(0.5, Math.abs(high) * 0.01)];
  const [from, to] = frame(axis);
  // Halved first: the whole range of float64 has a width that is not finite.
  const share = (value: number): number => (value / 2 - low / 2) / (high / 2 - low / 2);
  const ticks = Array.from({ length: 5 }, (_, i) => {
    const value = low * (1 - i / 4) + high * (i / 4);
    return { at: from + (to - from) * (i / 4), text: short(value) };
  });
  return { to: (value) => from + (to - from) * Math.min(1, Math.max(0, share(value))), ticks, title };
}

/** A scale of shares of [0, 1] with given ticks. */
export function shareScale(
  axis: 'x' | 'y',
  ticks: readonly { readonly share: number; readonly text: string }[],
  title: string,
): Scale {
  const [from, to] = frame(axis);
  const at = (share: number): number => from + (to - from) * share;
  return { to: at, ticks: ticks.map(({ share, text }) => ({ at: at(share), text })), title };
}

/** A drawing with frame, axes and what is in it. */
export function drawing(x: Scale, y: Scale, content: string, label: string): string {
  const { width, height, left, right, top, bottom } = SIZE;
  const base = height - bottom;
  const xTicks = x.ticks.map(
    ({ at, text }) => `<text x="${px(at)}" y="${base + 16}" text-anchor="middle">${escape(text)}</text>`,
  );
  const yTicks = y.ticks.map(
    ({ at, text }) =>
      `<path class="grid" d="M${left} ${px(at)}H${width - right}"/><text x="${left - 6}" y="${px(at + 4)}" text-anchor="end">${escape(text)}</text>`,
  );
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(label)}">` +
    `${yTicks.join('')}${xTicks.join('')}${content}` +
    `<text class="title" x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${escape(x.title)}</text>` +
    `<text class="title" transform="translate(12 ${(top + base) / 2})rotate(-90)" text-anchor="middle">${escape(y.title)}</text></svg>`
  );
}

/** A dot with a text that appears over it. */
export function dot(x: number, y: number, className: string, text: string): string {
  return `<circle class="${className}" cx="${px(x)}" cy="${px(y)}" r="3"><title>${escape(text)}</title></circle>`;
}

/** A line through points. */
export function line(points: readonly (readonly [number, number])[], className: string): string {
  if (points.length === 0) return '';
  return `<path class="${className}" d="M${points.map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}"/>`;
}
