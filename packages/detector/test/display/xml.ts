/** An element of a parsed document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Own character data, references resolved. */
  readonly text: string;
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Parses the part of XML that figures use (elements, attributes, text) and throws where it is not well-formed. */
export function parseXml(source: string): Element {
  const bad = illegal.exec(source);
  if (bad !== null)
    throw new Error(`character ${bad[0].codePointAt(0)} at ${bad.index} is not allowed in XML`);
  const document: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [document];
  const token = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w:.-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < source.length) {
    const start = token.lastIndex;
    const match = token.exec(source);
    if (match === null) throw new Error(`not well-formed at ${start}: ${source.slice(start, start + 60)}`);
    const [, closing, name, attributes, empty, text] = match;
    const top = stack.at(-1)!;
    if (text !== undefined) {
      top.text += resolve(text);
    } else if (closing === '/') {
      if (top.name !== name || attributes !== '') throw new Error(`</${name}> closes <${top.name}>`);
      stack.pop();
    } else {
      const element: Open = { name: name!, attributes: parseAttributes(attributes!), children: [], text: '' };
      top.children.push(element);
      if (empty === '') stack.push(element);
    }
  }
  if (stack.length !== 1) throw new Error(`<${stack.at(-1)!.name}> is not closed`);
  if (document.children.length !== 1 || document.text.trim() !== '') throw new Error('more than one root');
  return document.children[0]!;
}

function parseAttributes(source: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, value] of source.matchAll(/([\w:.-]+)="([^"]*)"/g)) {
    if (name! in found) throw new Error(`attribute ${name} twice`);
    found[name!] = resolve(value!);
  }
  return found;
}

function resolve(text: string): string {
  return text.replace(/&([^;]*;)?/g, (reference, body: string | undefined) => {
    const name = body?.slice(0, -1) ?? '';
    if (/^#\d+$/.test(name)) return String.fromCodePoint(Number(name.slice(1)));
    const value = named[name];
    if (value === undefined) throw new Error(`bad reference ${reference}`);
    return value;
  });
}

/** All elements of a name below (and with) one, in document order. */
export function all(root: Element, name: string): Element[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => all(child, name))];
}

/** All groups of a class below one. */
export function groups(root: Element, className: string): Element[] {
  return all(root, 'g').filter((group) => group.attributes['class']?.split(' ').includes(className));
}
