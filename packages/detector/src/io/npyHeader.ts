import type { Literal } from '@pct/core/npy';

/** One field of a structured dtype. */
export interface NpyField {
  readonly name: string;
  /** Byte order and type, as NumPy writes them: `'<f8'`. */
  readonly type: string;
  /** Position in the record, bytes. */
  readonly offset: number;
}

/** Arrays in a field are split up to this length; GATE's longest has 10 numbers. */
const maxExpanded = 64;

/**
 * Lays out a structured dtype. Padding is left out, a one-dimensional field `v` becomes `v[0]`, `v[1]`, …
 *
 * @param descr - the dtype's list of (name, type) or (name, type, shape)
 * @returns fields and the size of a record, bytes
 * @throws SyntaxError where the list is none
 */
export function layoutOf(descr: readonly Literal[]): { fields: NpyField[]; itemSize: number } {
  const fields: NpyField[] = [];
  let offset = 0;
  for (const entry of descr) {
    if (!Array.isArray(entry) || entry.length < 2) throw new SyntaxError('a field without name and type');
    const [label, type, shape = []] = entry as [Literal, Literal, Literal?];
    // A field may have a title, and is then named by a pair.
    const name = Array.isArray(label) ? label[1] : label;
    if (typeof name !== 'string' || !Array.isArray(shape)) throw new SyntaxError('a field without name');
    const { plainType, size } = plainTypeOf(type);
    const copies = shape.reduce<number>((product, length) => product * Number(length), 1);
    if (!Number.isInteger(copies)) throw new SyntaxError(`a field of unreadable shape`);
    if (shape.length === 1 && copies <= maxExpanded) {
      for (let k = 0; k < copies; k++)
        fields.push({ name: `${name}[${k}]`, type: plainType, offset: offset + k * size });
    } else if (name !== '' || !plainType.startsWith('|V')) {
      fields.push({
        name,
        type: shape.length === 0 || plainType.includes('O') ? plainType : 'array',
        offset,
      });
    }
    offset += size * copies;
  }
  return { fields, itemSize: offset };
}

/** The type itself, `'struct'` for records in records, and `'|O'` for those that hold objects. */
function plainTypeOf(type: Literal): { plainType: string; size: number } {
  if (typeof type === 'string') return { plainType: type, size: sizeOf(type) };
  if (!Array.isArray(type)) throw new SyntaxError('a field without type');
  const { fields, itemSize } = layoutOf(type);
  const holdsObjects = fields.some((field) => field.type.includes('O'));
  return { plainType: holdsObjects ? '|O' : 'struct', size: itemSize };
}

function sizeOf(type: string): number {
  const match = /^[<>|=]?([a-zA-Z])(\d*)/.exec(type);
  if (match === null) throw new SyntaxError(`unknown type ${type}`);
  const size = match[2] === '' ? (match[1] === 'O' ? 8 : NaN) : Number(match[2]) * (match[1] === 'U' ? 4 : 1);
  if (!Number.isInteger(size)) throw new SyntaxError(`unknown type ${type}`);
  return size;
}
