/** The first value of a query parameter in a path with query, decoded; undefined when it is not there. */
export function queryParameter(target: string, name: string): string | undefined {
  let start = target.indexOf('?') + 1;
  if (start === 0) return undefined;
  while (start <= target.length) {
    const ampersand = target.indexOf('&', start);
    const end = ampersand < 0 ? target.length : ampersand;
    const equals = target.indexOf('=', start);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    if (decoded(target.slice(start, nameEnd)) === name) return decoded(target.slice(Math.min(nameEnd + 1, end), end));
    start = end + 1;
  }
  return undefined;
}

/** As forms write it: `+` is a space. An escape that says nothing stays as it is. */
function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'));
}
