/** What the checks of the documentation need to know about Markdown. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { packageFolders, root } from './setup.mjs';

/**
 * @typedef {object} Block a fenced code block
 * @property {string} language - first word after the fence
 * @property {string[]} flags - further words after the fence
 * @property {string} code - the lines inside, each ended by a line feed
 * @property {number} line - number of the first line inside, from 1
 * @property {string} above - the line above the fence that is not blank, or ''
 */

/** Where links to this repository by its address begin; what follows is a path in it. */
const ownAddress = /^https:\/\/github\.com\/sciml-ts\/sciml-ts\/(?:blob|tree)\/main\//;

/** The Markdown files that users read, relative to the root, with slashes. @returns {string[]} */
export function markdownFiles() {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join('docs', file.replaceAll('\\', '/')))
    .filter((file) => !/(^|\/)(node_modules|\.[^/]+)\//.test(file));
  const packages = packageFolders().map((name) => `packages/${name}/README.md`);
  return ['README.md', 'examples/README.md', ...packages, ...docs]
    .filter((file) => file.endsWith('.md') && existsSync(join(root, file)))
    .sort();
}

/** @param {string} file - relative to the root */
export function readMarkdown(file) {
  return readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n');
}

/** The fenced code blocks of a text, in order. @param {string} text @returns {Block[]} */
export function codeBlocks(text) {
  return scan(text).blocks;
}

/**
 * Splits a text into its code blocks and the lines outside of them.
 *
 * @param {string} text
 * @returns {{ blocks: Block[], prose: string[] }}
 */
function scan(text) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  const prose = [];
  /** @type {{ fence: string, indent: number, block: Block } | undefined} */
  let open;
  text.split('\n').forEach((line, index) => {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? [];
    if (open) {
      if (fence.startsWith(open.fence) && info === '') open = undefined;
      else open.block.code += `${line.slice(Math.min(open.indent, line.search(/\S|$/)))}\n`;
    } else if (fence) {
      const [language = '', ...flags] = info.split(/\s+/);
      const above = prose.findLast((before) => before.trim() !== '') ?? '';
      const block = { language, flags, code: '', line: index + 2, above };
      blocks.push(block);
      open = { fence, indent: indent.length, block };
    } else {
      prose.push(line);
    }
  });
  return { blocks, prose };
}

/** The anchors that GitHub gives the headings of a text, and those set by hand. @param {string} text */
export function anchors(text) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @type {Set<string>} */
  const found = new Set();
  for (const line of scan(text).prose) {
    for (const [, id = ''] of line.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) found.add(id);
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}

/** The targets of all links and images of a text, without those in code. @param {string} text */
export function linkTargets(text) {
  const prose = scan(text)
    .prose.join('\n')
    .replace(/(`+)[^`]*?\1/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+["'(][^)]*)?\s*\)/g)];
  const references = [...prose.matchAll(/^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/gm)];
  return [...inline, ...references].map(([, target = '']) => target);
}

/**
 * The links of a file that lead nowhere inside the repository; other web addresses are not followed.
 *
 * @param {string} file - relative to the root, with slashes
 * @param {string} text - its content
 * @param {(path: string) => string | undefined} read - content of another file of the repository by its path
 *   relative to the root, '' for a directory, undefined when there is none
 * @returns {string[]} a sentence for each
 */
export function brokenLinks(file, text, read) {
  return linkTargets(text).flatMap((target) => {
    const own = target.replace(ownAddress, '/');
    if (/^[a-z][a-z0-9+.-]*:/i.test(own)) return [];
    const [path = '', anchor] = decodeURI(own).split('#', 2);
    const resolved = path === '' ? file : posix.join(path.startsWith('/') ? '.' : dirname(file), path);
    const content = path === '' ? text : read(resolved);
    if (content === undefined) return [`${file}: link to ${target}, but there is no ${resolved}`];
    if (anchor && resolved.endsWith('.md') && !anchors(content).has(anchor)) {
      return [`${file}: link to ${target}, but ${resolved} has no heading for #${anchor}`];
    }
    return [];
  });
}
