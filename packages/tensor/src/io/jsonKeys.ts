/**
 * First key that occurs twice in one object of a JSON text; `JSON.parse` keeps the last of them without a word.
 *
 * @param json - valid JSON
 * @returns the key, or undefined if all objects have distinct keys
 */
export function firstDuplicateKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  // Strings with the colon that makes them keys, and the brackets outside of strings.
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined && text !== undefined) {
      const key = JSON.parse(text) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
