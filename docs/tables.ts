import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '@pct/core/node';

/** Puts a table into the page's section between `<!-- comparison -->` and `<!-- end of comparison -->`. */
export async function writeComparison(page: string, text: string): Promise<void> {
  const file = fileURLToPath(new URL(page, import.meta.url));
  const marked = /(<!-- comparison -->\n)[\s\S]*(\n<!-- end of comparison -->)/;
  const before = await readFile(file, 'utf8');
  if (!marked.test(before)) throw new Error(`${file} has no <!-- comparison --> marks`);
  await writeFileAtomic(
    file,
    before.replace(marked, (_, start: string, end: string) => `${start}\n${text}\n${end}`),
  );
}
