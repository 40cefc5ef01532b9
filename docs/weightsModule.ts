/** Weights that a package ships: a module with their bytes. */
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '@pct/core/node';

/** What stands in such a module. */
export interface WeightsModule {
  /** Script that writes it, from the root. */
  readonly script: string;
  /** Sentences on what the bytes are and where they come from, one per line. */
  readonly notes: readonly string[];
  readonly bytes: Uint8Array;
  /** Characters per line of the encoded bytes; fewer lines for larger files. @defaultValue `100` */
  readonly lineLength?: number;
}

/** The text of a module that exports `pretrainedBase64`. */
function weightsModule({ script, notes, bytes, lineLength = 100 }: WeightsModule): string {
  const text = Buffer.from(bytes).toString('base64');
  const lines = Array.from(
    { length: Math.ceil(text.length / lineLength) },
    (_, k) => `  '${text.slice(k * lineLength, (k + 1) * lineLength)}'`,
  );
  const [first, ...others] = notes;
  const comment =
    others.length === 0
      ? `/** ${first} */`
      : `/**\n${notes.map((note) => ` * ${note}`.trimEnd()).join('\n')}\n */`;
  return `// Written by ${script}; do not edit.

${comment}
export const pretrainedBase64 =
${lines.join(' +\n')};
`;
}

/**
 * Writes a module of a package, or prints it.
 *
 * @param file - from the root
 * @param print - whether to print it instead
 */
export async function writeWeights(file: string, module: WeightsModule, print: boolean): Promise<void> {
  const code = weightsModule(module);
  if (print) process.stdout.write(code);
  else await writeFileAtomic(fileURLToPath(new URL(`../${file}`, import.meta.url)), code);
}
