import { ALL_CLASSES } from './characters.ts';
import { HeaderField, kindOfLine, kindOfName } from './header-field.ts';

/** RFC 7541 appendix A. The place in the list is the index, from 1. */
const LINES: readonly (readonly [name: string, value?: string])[] = [
  [':authority'],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset'],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language'],
  ['accept-ranges'],
  ['accept'],
  ['access-control-allow-origin'],
  ['age'],
  ['allow'],
  ['authorization'],
  ['cache-control'],
  ['content-disposition'],
  ['content-encoding'],
  ['content-language'],
  ['content-length'],
  ['content-location'],
  ['content-range'],
  ['content-type'],
  ['cookie'],
  ['date'],
  ['etag'],
  ['expect'],
  ['expires'],
  ['from'],
  ['host'],
  ['if-match'],
  ['if-modified-since'],
  ['if-none-match'],
  ['if-range'],
  ['if-unmodified-since'],
  ['last-modified'],
  ['link'],
  ['location'],
  ['max-forwards'],
  ['proxy-authenticate'],
  ['proxy-authorization'],
  ['range'],
  ['referer'],
  ['refresh'],
  ['retry-after'],
  ['server'],
  ['set-cookie'],
  ['strict-transport-security'],
  ['transfer-encoding'],
  ['user-agent'],
  ['vary'],
  ['via'],
  ['www-authenticate'],
];

/** By index, from 0: what a block calls 1 stands at 0. */
export const STATIC_TABLE: readonly HeaderField[] = LINES.map(([name, value = '']) => {
  const nameKind = kindOfName(name, ALL_CLASSES);
  return new HeaderField(name, value, nameKind, kindOfLine(nameKind, value, ALL_CLASSES));
});

/** The first index of each name, from 1. */
export const STATIC_NAMES: ReadonlyMap<string, number> = new Map([...LINES].map(([name], at) => [name, at + 1] as const).reverse());
