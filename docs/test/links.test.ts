import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anchors, brokenLinks, markdownFiles, readMarkdown } from '../../.ci/markdown.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the repository; '' for what is not Markdown. */
function read(path: string): string | undefined {
  if (!existsSync(root + path)) return undefined;
  return path.endsWith('.md') && statSync(root + path).isFile() ? readMarkdown(path) : '';
}

describe('links of the documentation', () => {
  it.each(markdownFiles())('%s', (file) => {
    expect(brokenLinks(file, readMarkdown(file), read)).toEqual([]);
  });
});

describe('brokenLinks', () => {
  const files: Record<string, string> = {
    'docs/b.md': '# Two words\n',
    'packages/x': '',
    'README.md': '# R\n',
  };
  const check = (text: string): string[] => brokenLinks('docs/a.md', text, (path) => files[path]);

  it.each([
    '[x](b.md)',
    '[x](./b.md#two-words)',
    '[x](../README.md "title")',
    '[x](../packages/x)',
    '[x](https://example.org/nothing.md)',
    '[x](https://github.com/sciml-ts/sciml-ts/blob/main/docs/b.md#two-words)',
    '# Here\n\n[x](#here)',
    '`[x](none.md)`',
    '```text\n[x](none.md)\n```',
  ])('accepts %j', (text) => {
    expect(check(text)).toEqual([]);
  });

  it.each([
    ['[x](none.md)', 'docs/a.md: link to none.md, but there is no docs/none.md'],
    ['![x](none.svg)', 'docs/a.md: link to none.svg, but there is no docs/none.svg'],
    ['[x]\n\n[x]: none.md', 'docs/a.md: link to none.md, but there is no docs/none.md'],
    ['[x](b.md#three)', 'docs/a.md: link to b.md#three, but docs/b.md has no heading for #three'],
    ['[x](#there)', 'docs/a.md: link to #there, but docs/a.md has no heading for #there'],
    [
      '[x](https://github.com/sciml-ts/sciml-ts/tree/main/packages/y)',
      'docs/a.md: link to https://github.com/sciml-ts/sciml-ts/tree/main/packages/y, but there is no packages/y',
    ],
  ])('finds %j', (text, problem) => {
    expect(check(text)).toEqual([problem]);
  });
});

describe('anchors', () => {
  it('are those of GitHub', () => {
    const text =
      '# A `code` title: yes!\n## Same\n## Same\n## [Link](b.md) & more\n<a id="own"></a>\n```\n# no\n```\n';
    expect([...anchors(text)]).toEqual(['a-code-title-yes', 'same', 'same-1', 'link--more', 'own']);
  });
});
