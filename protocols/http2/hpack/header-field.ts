import { AUTHORITY, DIGITS, FIELD_NAME, FIELD_VALUE, PATH, SCHEME, TOKEN } from './characters.ts';

/** What a field is to the rules of RFC 9113 section 8: known once for each line, and for each entry of a table for good. */
export const REGULAR = 0;
/** A name or a value that no message may have. */
export const MALFORMED = 1;
export const METHOD = 2;
export const SCHEME_NAME = 3;
export const PATH_NAME = 4;
export const AUTHORITY_NAME = 5;
export const STATUS = 6;
export const PROTOCOL = 7;
export const HOST = 8;
export const CONTENT_LENGTH = 9;
export const TE = 10;
export const COOKIE = 11;
export type FieldKind = number;

const KINDS: ReadonlyMap<string, FieldKind> = new Map([
  [':method', METHOD],
  [':scheme', SCHEME_NAME],
  [':path', PATH_NAME],
  [':authority', AUTHORITY_NAME],
  [':status', STATUS],
  [':protocol', PROTOCOL],
  ['host', HOST],
  ['content-length', CONTENT_LENGTH],
  ['te', TE],
  ['cookie', COOKIE],
  // RFC 9113 section 8.2.2: fields that are about a connection of HTTP/1.1.
  ['connection', MALFORMED],
  ['proxy-connection', MALFORMED],
  ['keep-alive', MALFORMED],
  ['transfer-encoding', MALFORMED],
  ['upgrade', MALFORMED],
]);

/** By kind, the class that every byte of a value belongs to. */
export const VALUE_CLASS: readonly number[] = [
  FIELD_VALUE,
  0,
  TOKEN,
  SCHEME,
  PATH,
  AUTHORITY,
  DIGITS,
  TOKEN,
  AUTHORITY,
  DIGITS,
  FIELD_VALUE,
  FIELD_VALUE,
];

/** What RFC 7541 section 4.1 adds to the lengths of name and value. */
export const ENTRY_OVERHEAD = 32;

/** One line of a header section. Entries of the tables are shared by all messages that use them, so nothing changes one. */
export class HeaderField {
  readonly name: string;
  readonly value: string;
  /** What the name alone says; a later line may take the name from here with another value. */
  readonly nameKind: FieldKind;
  readonly kind: FieldKind;
  /** RFC 7541 section 6.2.3: whoever passes it on must not put it into a table. */
  readonly neverIndexed: boolean;

  constructor(name: string, value: string, nameKind: FieldKind = REGULAR, kind: FieldKind = nameKind, neverIndexed = false) {
    this.name = name;
    this.value = value;
    this.nameKind = nameKind;
    this.kind = kind;
    this.neverIndexed = neverIndexed;
  }

  /** RFC 7541 section 4.1; also what SETTINGS_MAX_HEADER_LIST_SIZE counts (RFC 9113 section 6.5.2). */
  get size(): number {
    return this.name.length + this.value.length + ENTRY_OVERHEAD;
  }
}

/** The kind of a name, given the classes that all its bytes belong to. */
export function kindOfName(name: string, classes: number): FieldKind {
  const kind = KINDS.get(name);
  if (kind !== undefined) return kind;
  return (classes & FIELD_NAME) !== 0 && name !== '' ? REGULAR : MALFORMED;
}

/** The kind of a line, given the kind of its name and the classes that all bytes of its value belong to. */
export function kindOfLine(kind: FieldKind, value: string, classes: number): FieldKind {
  if ((classes & VALUE_CLASS[kind]!) === 0) return MALFORMED;
  if (value.length === 0) return kind === REGULAR || kind === COOKIE ? kind : MALFORMED;
  switch (kind) {
    case REGULAR:
    case COOKIE:
      // RFC 9113 section 8.2.1.
      return isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1)) ? MALFORMED : kind;
    case TE:
      // RFC 9113 section 8.2.2.
      return value.toLowerCase() === 'trailers' ? kind : MALFORMED;
    case STATUS:
      return value.length === 3 && value >= '100' ? kind : MALFORMED;
    default:
      return kind;
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
