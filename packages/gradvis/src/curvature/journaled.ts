import { InvalidArgumentError } from '@pct/core';
import type { Journal } from '../journal/journal.js';
import { checksum } from '../journal/key.js';
import type { SymmetricOperator } from './operator.js';

/**
 * The operator with its products kept in a journal: products of an earlier run, which come in the same order with the same vectors,
 * are not computed again.
 *
 * @param operator - deterministic
 * @param functionName - opens the messages
 * @param key - of all that decides which vectors come
 */
export async function journaledOperator(
  functionName: string,
  operator: SymmetricOperator,
  journal: Journal,
  key: Readonly<Record<string, unknown>>,
): Promise<SymmetricOperator> {
  const { size, matrix, facts } = operator;
  const known = new Map(await journal.load(JSON.stringify({ ...key, size, operator: operator.key })));
  let count = 0;
  return {
    size,
    matrix,
    facts,
    async apply(vector) {
      const index = count++;
      const mark = checksum(vector);
      const kept = known.get(index);
      if (kept !== undefined) {
        // The vectors depend on the products before them, so that another one means other products.
        if (kept[0] !== mark)
          throw new InvalidArgumentError(
            `${functionName}: product ${index + 1} of the journal is that of another vector, so that the operator has ` +
              'changed since it was kept; take a new journal',
          );
        known.delete(index);
        return kept.subarray(1);
      }
      const product = await operator.apply(vector);
      const part = new Float64Array(1 + product.length);
      part[0] = mark;
      part.set(product, 1);
      await journal.append(index, part);
      return product;
    },
  };
}
