import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientSource } from '../../src/display/client/index.js';
import { renderEvent } from '../../src/display/renderEvent.js';
import { frameOf, syntheticFrame } from './synthetic.js';

const { frame, tracks } = syntheticFrame(8);

/** Text between a start tag that matches and the next end tag of the element, as an HTML parser cuts it. */
function contents(page: string, start: RegExp, name: string): string {
  const opened = start.exec(page)!;
  const from = opened.index + opened[0].length;
  return page.slice(from, page.toLowerCase().indexOf(`</${name}`, from));
}

interface PageData {
  readonly title: string;
  readonly count: number;
  readonly theme: string;
  readonly show: string;
  readonly hits: Record<string, number[]>;
  readonly particles: { hits: number[] }[];
  readonly tracks: { hits: number[]; status: number }[];
}

function dataOf(page: string): PageData {
  return JSON.parse(contents(page, /<script type="application\/json" id="data"[^>]*>/, 'script')) as PageData;
}

describe('renderEvent to HTML', () => {
  const page = renderEvent(frame, { format: 'html', tracks });

  it('embeds hits, particles and tracks', () => {
    const data = dataOf(page);
    expect(data.count).toBe(frame.count);
    for (const column of Object.values(data.hits)) expect(column).toHaveLength(frame.count);
    expect(data.tracks.map((track) => track.hits)).toEqual(tracks.map((track) => [...track.hits]));
    expect(data.particles.reduce((sum, particle) => sum + particle.hits.length, 0)).toBe(frame.count);
    frame.posX.forEach((x, i) => expect(data.hits['x']![i]).toBeCloseTo(x, 2));
    frame.edep.forEach((edep, i) => expect(data.hits['keV']![i]).toBeCloseTo(1000 * edep, 1));
    expect([data.theme, data.show]).toEqual(['auto', 'both']);
  });

  it('makes no request and has no inline handler or style attribute', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/\ssrc=|@import|url\(|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
    const [markup] = page.split('<script type=');
    expect(markup).not.toMatch(/\son[a-z]+\s*=/i);
    expect(markup).not.toMatch(/\sstyle\s*=/i);
    expect(clientSource).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/,
    );
    expect(clientSource).not.toMatch(/fetch\(|XMLHttpRequest|import\(|WebSocket/);
  });

  it('gives style and scripts the nonce, and then allows nothing inline without it', () => {
    const strict = renderEvent(frame, { format: 'html', nonce: 'r4nd0m==' });
    expect(strict).not.toContain('unsafe-inline');
    expect(strict).toContain("script-src 'nonce-r4nd0m=='");
    const tags = strict.match(/<(style|script)\b[^>]*>/g)!;
    expect(tags).toHaveLength(3);
    for (const tag of tags) expect(tag).toContain(' nonce="r4nd0m=="');
  });

  it('has a script that cannot end its element early', () => {
    expect(clientSource).not.toMatch(/<\/|<!--|<script/i);
    expect(page.match(/<script\b/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });

  it.each([
    '</script><img src=x onerror="alert(1)">',
    '--><script>alert(1)</script>',
    '<!--<script>',
    '\u2028\'\u2029"; alert(1); //',
  ])('shows the title %j as text', (title) => {
    const hostile = renderEvent(frame, { format: 'html', title, tracks });
    expect(dataOf(hostile).title).toBe(title);
    expect(hostile).not.toMatch(/<img|<script>alert/);
    expect(hostile.match(/<script\b/g)).toHaveLength(2);
    expect(contents(hostile, /<title>/, 'title')).not.toMatch(/[<>"]/);
  });

  it('keeps its structure for any title', () => {
    const small = frameOf([]);
    const count = (text: string): string[] =>
      text.match(/<\/?[a-z][^>]*>|<!/gi)!.map((tag) => tag.split(/[\s>]/)[0]!);
    const plain = count(renderEvent(small, { format: 'html', title: 'x' }));
    const parts = fc.constantFrom(
      '<',
      '>',
      '</',
      'script',
      'title',
      '!--',
      '-->',
      '"',
      "'",
      '&',
      ' ',
      '\u2028',
      'a',
    );
    const titles = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(titles, (title) => {
        const text = renderEvent(small, { format: 'html', title });
        expect(count(text)).toEqual(plain);
        // JSON escapes lone surrogates, so the title survives as it is.
        expect(dataOf(text).title).toBe(title);
      }),
      { numRuns: 40 },
    );
  });

  it('follows the reader or keeps to one theme', () => {
    expect(page).toContain('@media (prefers-color-scheme: dark)');
    const dark = renderEvent(frame, { format: 'html', theme: 'dark' });
    expect(dark).not.toContain('prefers-color-scheme: dark) {');
    expect(dark).toContain('color-scheme: dark;');
    expect(dataOf(dark).theme).toBe('dark');
  });

  it('takes the size of the drawing area', () => {
    expect(renderEvent(frame, { format: 'html', width: 700, height: 410 })).toMatch(
      /\.stage \{ width: 700px;[^}]*height: 410px;/,
    );
  });

  it('offers no reconstruction where there is none', () => {
    const truth = renderEvent(frame, { format: 'html' });
    expect(truth).toMatch(/value="reconstruction" disabled/);
    expect(page).not.toMatch(/value="reconstruction" disabled/);
    expect(dataOf(truth).tracks).toEqual([]);
  });
});
