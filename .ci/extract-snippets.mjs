/**
 * Writes every ```ts block of the Markdown files to docs/.snippets/, one module each, for the type check and
 * the tests. Line numbers stay those of the Markdown file. A block may opt out with ```ts ignore if a comment
 * in the line above, <!-- ... -->, gives the reason.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeBlocks, markdownFiles, readMarkdown } from './markdown.mjs';
import { root } from './setup.mjs';

const folder = join(root, 'docs', '.snippets');

/**
 * @typedef {object} Snippet
 * @property {string} name - file name in docs/.snippets
 * @property {number} line - number of its first line in the Markdown file
 * @property {string} text - content of the file
 */

/**
 * The snippets of one Markdown file.
 *
 * @param {string} file - relative to the root, with slashes
 * @param {string} text - its content
 * @returns {{ snippets: Snippet[], problems: string[] }}
 */
export function snippetsOf(file, text) {
  /** @type {Snippet[]} */
  const snippets = [];
  /** @type {string[]} */
  const problems = [];
  for (const { language, flags, code, line, above } of codeBlocks(text)) {
    if (language === 'typescript') problems.push(`${file}:${line - 1}: write \`\`\`ts, not \`\`\`typescript`);
    if (language !== 'ts') continue;
    if (flags.includes('ignore')) {
      if (!/^\s*<!--\s*\S.*-->\s*$/.test(above)) {
        problems.push(
          `${file}:${line - 1}: give the reason for "ts ignore" in a <!-- comment --> line above`,
        );
      }
      continue;
    }
    const name = `${file.replace(/\.md$/, '').replace(/[^A-Za-z0-9]+/g, '-')}-line-${line}.ts`;
    snippets.push({ name, line, text: '\n'.repeat(line - 1) + code });
  }
  return { snippets, problems };
}

/** Brings docs/.snippets in line with the Markdown files. @returns {string[]} what is wrong with them */
export function writeSnippets() {
  const found = markdownFiles().map((file) => snippetsOf(file, readMarkdown(file)));
  const snippets = found.flatMap((one) => one.snippets);
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of snippets) writeIfChanged(join(folder, name), text);
  const names = new Set(snippets.map(({ name }) => name));
  for (const name of readdirSync(folder)) if (!names.has(name)) rmSync(join(folder, name));
  return found.flatMap((one) => one.problems);
}

/** @param {string} path @param {string} text */
function writeIfChanged(path, text) {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    // There is no such file yet.
  }
  writeFileSync(path, text);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = writeSnippets();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
