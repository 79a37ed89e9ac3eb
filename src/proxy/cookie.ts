/** A cookie that is made here where a client has none. */
export interface CookieSettings {
  readonly name: string;
  /** '' for the path of the request, as clients take it. */
  readonly path: string;
  /** undefined: it is never made here. 0: until the client ends. */
  readonly maxAgeSeconds: number | undefined;
}

/** The value of a cookie in a `Cookie` field (RFC 6265 section 4.2.1); undefined when there is none of that name. */
export function cookieValue(field: string, name: string): string | undefined {
  let start = 0;
  while (start < field.length) {
    const semicolon = field.indexOf(';', start);
    const end = semicolon < 0 ? field.length : semicolon;
    while (field.charCodeAt(start) === 0x20) start++;
    if (field.startsWith(name, start) && field[start + name.length] === '=')
      return unquoted(field.slice(start + name.length + 1, end).trim());
    start = end + 1;
  }
  return undefined;
}

/** What a client is told to send back (RFC 6265 section 4.1). No script can read it: it is nobody's business but ours. */
export function setCookie({ name, path, maxAgeSeconds }: CookieSettings, value: string): string {
  const age = maxAgeSeconds === undefined || maxAgeSeconds === 0 ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}${age}${path === '' ? '' : `; Path=${path}`}; HttpOnly`;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
