/**
 * Text for element content or a quoted attribute value of XML and HTML.
 *
 * Characters that XML 1.0 forbids even as references (controls, lone surrogates, U+FFFE, U+FFFF) become U+FFFD.
 *
 * @see W3C, Extensible Markup Language (XML) 1.0, fifth edition, section 2.2
 */
export function escapeMarkup(text: string): string {
  let out = '';
  for (const character of text) out += entity(character);
  return out;
}

function entity(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&#39;';
    default:
      return isXmlCharacter(character.codePointAt(0)!) ? character : '\uFFFD';
  }
}

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  if (code >= 0x7f && code < 0xa0) return false;
  if (code >= 0xd800 && code < 0xe000) return false;
  return (code & 0xfffe) !== 0xfffe;
}

/**
 * A value as JSON that can stand inside an HTML `<script>` element: no `<`, `>` or `&`, so neither `</script>`
 * nor `<!--` can end or change it, and no U+2028 or U+2029, which JavaScript takes for line ends.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
