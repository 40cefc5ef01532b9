import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkup, scriptJson } from '../../src/display/escape.js';
import { parseXml } from './xml.js';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const nasty = fc.oneof(
  anyText,
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        "'",
        '</script>',
        '<!--',
        '-->',
        ']]>',
        '\u2028',
        '\0',
        '\ud800',
        'x',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('escapeMarkup', () => {
  it('replaces the five characters of markup', () => {
    expect(escapeMarkup(`a<b>&"c'`)).toBe('a&lt;b&gt;&amp;&quot;c&#39;');
  });

  it('replaces what XML forbids', () => {
    expect(escapeMarkup('a\0b\u0008c\ud800d\uffffe\u0085')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\ufffd');
    expect(escapeMarkup('tab\tline\n\u{1f600} λ')).toBe('tab\tline\n\u{1f600} λ');
  });

  it('gives text that a parser turns back, as content and as attribute', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeMarkup(text);
        const root = parseXml(`<a b="${escaped}">${escaped}</a>`);
        // The checks of the parser are the point; what was legal must also come back unchanged.
        const kept = [...text].filter((_, k) => [...root.text][k] !== '\ufffd').join('');
        expect([...root.text].filter((c) => c !== '\ufffd').join('')).toBe(kept);
        expect(root.attributes['b']).toBe(root.text);
      }),
    );
  });
});

describe('scriptJson', () => {
  it('escapes what could end or change a script element', () => {
    const text = scriptJson('</script><!-- --> & \u2028\u2029');
    expect(text).toBe('"\\u003c/script\\u003e\\u003c!-- --\\u003e \\u0026 \\u2028\\u2029"');
  });

  it('is JSON of the same value, without < > & and line separators', () => {
    fc.assert(
      fc.property(fc.jsonValue(), nasty, nasty, (value, key, text) => {
        const whole = { value, [`k${key}`]: text };
        const json = scriptJson(whole);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(whole)));
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });
});
