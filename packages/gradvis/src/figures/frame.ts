import { checkOneOf, checkPositive } from '@pct/core';
import type { Provenance } from '../results/types.js';
import { INK } from './colours.js';
import type { Scale } from './scales.js';
import { shortNumber } from './scales.js';
import { element, escapeMarkup, label, px, wrapText } from './svg.js';

/** Options that all figures have. */
export interface FigureOptions {
  /** Heading. @defaultValue none */
  readonly title?: string | undefined;
  /** Text below the figure. @defaultValue made from the provenance of what is drawn; `''` leaves it out */
  readonly caption?: string | undefined;
  /** In pixels. @defaultValue `640` */
  readonly width?: number | undefined;
  /** In pixels. @defaultValue `480` */
  readonly height?: number | undefined;
  /** @defaultValue `'white'` */
  readonly background?: 'white' | 'transparent' | undefined;
}

/** The part of a figure that a plot is drawn in, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Room around a plot, in pixels, beyond title and caption. */
export interface Room {
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
}

const FONT = "'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif";
const CAPTION_SIZE = 10;
const CAPTION_LINE = 14;

/**
 * A whole figure.
 *
 * @param functionName - opens messages
 * @param options - of the figure
 * @param caption - where the options have none
 * @param description - for readers who do not see it
 * @param room - around the plot
 * @param draw - what is in the box
 */
export function figure(
  functionName: string,
  options: FigureOptions,
  caption: string,
  description: string,
  room: Room,
  draw: (box: Box) => string,
): string {
  const { title = '', width = 640, height = 480, background = 'white' } = options;
  checkPositive(functionName, 'width', width);
  checkPositive(functionName, 'height', height);
  checkOneOf(functionName, 'background', background, ['white', 'transparent']);
  const headings = wrapText(title, 14, width - 24);
  const lines = wrapText(options.caption ?? caption, CAPTION_SIZE, width - 24);
  const top = 10 + 19 * headings.length + (room.top ?? 4);
  const bottom = height - (room.bottom ?? 44) - CAPTION_LINE * lines.length;
  const left = room.left ?? 66;
  // A figure too small for its text keeps a plot of some pixels.
  const box = {
    left,
    top,
    right: Math.max(left + 20, width - (room.right ?? 16)),
    bottom: Math.max(top + 20, bottom),
  };
  const captionTop = height - 6 - CAPTION_LINE * (lines.length - 1);
  const size = { width: px(width), height: px(height), viewBox: `0 0 ${px(width)} ${px(height)}` };
  const name = title === '' ? description : title;
  const body = [
    element('title', {}, escapeMarkup(name)),
    element('desc', {}, escapeMarkup(description)),
    ...(background === 'white' ? [element('rect', { width: '100%', height: '100%', fill: '#ffffff' })] : []),
    ...headings.map((line, k) =>
      label([12, 20 + 19 * k], line, { 'font-size': 14, 'font-weight': 'bold', fill: INK.text }),
    ),
    draw(box),
    ...lines.map((line, k) =>
      label([12, captionTop + CAPTION_LINE * k], line, {
        class: 'caption',
        'font-size': CAPTION_SIZE,
        fill: INK.muted,
      }),
    ),
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    ...size,
    role: 'img',
    'aria-label': name,
    'font-family': FONT,
    'font-size': 11,
  };
  return `${element('svg', attributes, `\n${body.join('\n')}\n`)}\n`;
}

/** Axes of a plot: frame, marks with grid lines, titles. */
export function axes(box: Box, x: Scale, y: Scale, xTitle: string, yTitle: string, grid = true): string {
  const { left, top, right, bottom } = box;
  const xMarks = x.ticks.map(({ value, text }) => {
    const at = x.to(value);
    return (
      (grid ? element('path', { d: `M${px(at)} ${px(top)}V${px(bottom)}`, stroke: INK.grid }) : '') +
      element('path', { d: `M${px(at)} ${px(bottom)}v4`, stroke: INK.axis }) +
      label([at, bottom + 16], text, { 'text-anchor': 'middle', fill: INK.muted })
    );
  });
  const yMarks = y.ticks.map(({ value, text }) => {
    const at = y.to(value);
    return (
      (grid ? element('path', { d: `M${px(left)} ${px(at)}H${px(right)}`, stroke: INK.grid }) : '') +
      element('path', { d: `M${px(left)} ${px(at)}h-4`, stroke: INK.axis }) +
      label([left - 7, at + 4], text, { 'text-anchor': 'end', fill: INK.muted })
    );
  });
  const frame = {
    x: left,
    y: top,
    width: right - left,
    height: bottom - top,
    fill: 'none',
    stroke: INK.axis,
  };
  return element(
    'g',
    { class: 'axes' },
    xMarks.join('') +
      yMarks.join('') +
      element('rect', frame) +
      label([(left + right) / 2, bottom + 34], xTitle, { 'text-anchor': 'middle', fill: INK.text }) +
      label([0, 0], yTitle, {
        transform: `translate(14 ${px((top + bottom) / 2)})rotate(-90)`,
        'text-anchor': 'middle',
        fill: INK.text,
      }),
  );
}

/** What a result says of its origin, as one line. */
export function captionOf({ createdBy, version, seed, objective, batchNorm, settings }: Provenance): string {
  const shown = [...new Set(phrasesOf(settings))];
  const parts = [
    ...(objective === undefined ? [] : [objective]),
    `${createdBy}${shown.length === 0 ? '' : `: ${shown.join(', ')}`}`,
    ...(batchNorm === undefined ? [] : [`batch normalisation ${batchNorm}`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    version,
  ];
  return parts.join(' \u00b7 ');
}

/** What only repeats what a caption says elsewhere. */
const UNSAID = ['name', 'createdBy', 'index'];

/** Settings in words, those of nested objects too: `points 51`, `small arrays zero`. */
function phrasesOf(settings: object): string[] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
    if (UNSAID.includes(key)) return [];
    const text = settingText(value);
    if (text !== undefined)
      return [`${key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${text}`];
    const inner: unknown[] = Array.isArray(value) ? value : [value];
    return inner.flatMap((one) => (typeof one === 'object' && one !== null ? phrasesOf(one) : []));
  });
}

/** A setting that is short enough for a caption; undefined for others. */
function settingText(value: unknown): string | undefined {
  if (typeof value === 'number') return shortNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.length <= 40 ? value : undefined;
  if (!Array.isArray(value) || value.length === 0 || value.length > 3) return undefined;
  const parts = value.map(settingText);
  return parts.includes(undefined) ? undefined : parts.join(' to ');
}
