/** A value of the Python literals that a NumPy header is made of. */
export type Literal = string | number | boolean | null | Literal[] | Map<string, Literal>;

/**
 * Reads a Python literal: strings, numbers, True, False, None, tuples, lists and dictionaries.
 *
 * @throws SyntaxError where the text is none
 */
export function parseLiteral(text: string): Literal {
  const token = /\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+L?|True|False|None|[()[\]{},:])/y;
  const next = (): string | undefined => {
    const match = token.exec(text);
    return match?.[1];
  };
  const unexpected = (got: string | undefined) =>
    new SyntaxError(got === undefined ? 'unreadable text' : `unexpected ${got}`);

  const value = (first: string | undefined): Literal => {
    if (first === undefined) throw unexpected(first);
    if (first === '(' || first === '[') return sequence(first === '(' ? ')' : ']');
    if (first === '{') return dictionary();
    if (first.startsWith("'") || first.startsWith('"')) return first.slice(1, -1).replace(/\\(.)/g, '$1');
    if (first === 'True' || first === 'False') return first === 'True';
    if (first === 'None') return null;
    if (/^-?\d/.test(first)) return Number(first.replace('L', ''));
    throw unexpected(first);
  };
  const sequence = (end: string): Literal[] => {
    const items: Literal[] = [];
    for (let first = next(); first !== end; first = next()) {
      items.push(value(first));
      const separator = next();
      if (separator === end) break;
      if (separator !== ',') throw unexpected(separator);
    }
    return items;
  };
  const dictionary = (): Map<string, Literal> => {
    const entries = new Map<string, Literal>();
    for (let first = next(); first !== '}'; first = next()) {
      const key = value(first);
      const colon = next();
      if (typeof key !== 'string' || colon !== ':') throw unexpected(colon);
      entries.set(key, value(next()));
      const separator = next();
      if (separator === '}') break;
      if (separator !== ',') throw unexpected(separator);
    }
    return entries;
  };

  const result = value(next());
  if (text.slice(token.lastIndex).trim() !== '') throw new SyntaxError('text behind the end');
  return result;
}
