import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '@pct/core/node';

/**
 * Puts a table into the page's section between `<!-- comparison -->` and `<!-- end of comparison -->`, or of another name
 * where a page has more than one.
 */
export async function writeComparison(page: string, text: string, name = 'comparison'): Promise<void> {
  const file = fileURLToPath(new URL(page, import.meta.url));
  const marked = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(\\n<!-- end of ${name} -->)`);
  const before = await readFile(file, 'utf8');
  if (!marked.test(before)) throw new Error(`${file} has no <!-- ${name} --> marks`);
  await writeFileAtomic(
    file,
    before.replace(marked, (_, start: string, end: string) => `${start}\n${text}\n${end}`),
  );
}
