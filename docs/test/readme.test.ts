import { format } from 'node:util';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { snippetsOf, writeSnippets } from '../../.ci/extract-snippets.mjs';
import { codeBlocks, readMarkdown } from '../../.ci/markdown.mjs';
import { packageFolders } from '../../.ci/setup.mjs';

const packages = packageFolders();

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the first example of each package', () => {
  beforeAll(() => {
    expect(writeSnippets()).toEqual([]);
  });

  it.each(packages)('packages/%s/README.md prints what it says', async (name) => {
    const file = `packages/${name}/README.md`;
    const text = readMarkdown(file);
    const blocks = codeBlocks(text);
    const first = blocks.findIndex(({ language }) => language === 'ts');
    const printed = blocks[first + 1];
    expect(first, `${file} needs a \`\`\`ts block`).toBeGreaterThanOrEqual(0);
    expect(
      printed?.language,
      `${file}: its first \`\`\`ts block needs its output in a \`\`\`text block`,
    ).toBe('text');
    const snippet = snippetsOf(file, text).snippets.find(({ line }) => line === blocks[first]?.line);
    expect(snippet, `${file}: the first example cannot opt out with "ts ignore"`).toBeDefined();

    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
      lines.push(format(...values));
    });
    await import(/* @vite-ignore */ `../.snippets/${snippet?.name}`);
    expect(trimmed(lines.join('\n'))).toBe(trimmed(printed?.code ?? ''));
  });
});

/** Without blanks at line ends, which Markdown editors remove. */
function trimmed(text: string): string {
  return text.replace(/[ \t]+$/gm, '').trimEnd();
}

describe('snippets of a Markdown file', () => {
  it('keep their line numbers', () => {
    const { snippets, problems } = snippetsOf('docs/a b.md', 'text\n\n```ts\nconst x = 1;\n```\n');
    expect(problems).toEqual([]);
    expect(snippets).toEqual([{ name: 'docs-a-b-line-4.ts', line: 4, text: '\n\n\nconst x = 1;\n' }]);
  });

  it('leave out other languages', () => {
    expect(snippetsOf('a.md', '```text\nx\n```\n\n~~~js\n```ts\ny\n```\n~~~\n').snippets).toEqual([]);
  });

  it('lose the indentation of a list', () => {
    const { snippets } = snippetsOf('a.md', '- item\n\n  ```ts\n  if (x) {\n    y();\n  }\n  ```\n');
    expect(snippets[0]?.text.trimStart()).toBe('if (x) {\n  y();\n}\n');
  });

  it('may opt out with a reason', () => {
    const { snippets, problems } = snippetsOf('a.md', '<!-- needs a GPU -->\n\n```ts ignore\nx\n```\n');
    expect(snippets).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('may not opt out without one', () => {
    expect(snippetsOf('a.md', 'So:\n\n```ts ignore\nx\n```\n').problems).toEqual([
      'a.md:3: give the reason for "ts ignore" in a <!-- comment --> line above',
    ]);
  });
});
