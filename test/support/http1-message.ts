/**
 * A plain HTTP/1.1 message reader for tests and load generators. Independent of the codec that it is used to check, and as simple as it
 * can be: it knows well-formed messages only.
 */
export interface Message {
  /** `GET / HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly startLine: string;
  /** Names in lower case; several lines of one name are joined by ", ". */
  readonly fields: ReadonlyMap<string, string>;
  /** The head as it came, with the empty line. */
  readonly head: string;
  readonly body: Buffer;
  readonly trailers: ReadonlyMap<string, string>;
}

/** A message and the number of bytes that it takes. */
export interface Parsed {
  readonly message: Message;
  readonly length: number;
}

function parseFields(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return fields;
}

/** The chunks from `start` on: their data, and where the trailer section begins. undefined when there is more to come. */
function parseChunks(bytes: Buffer, start: number): { body: Buffer; trailerStart: number } | undefined {
  const data: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error(`no chunk size: ${bytes.toString('latin1', at, lineEnd)}`);
    at = lineEnd + 2;
    if (size === 0) return { body: Buffer.concat(data), trailerStart: at };
    if (bytes.length < at + size + 2) return undefined;
    data.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}

/**
 * The message at the front of `bytes`, or undefined when it is not complete. `bodiless` says that no body follows the head whatever it
 * announces: an answer to HEAD. A body that lasts until the connection closes is complete when `ended` is true.
 */
export function parseMessage(bytes: Buffer, { bodiless = false, ended = false } = {}): Parsed | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (headEnd < 0) return undefined;
  const bodyStart = headEnd + 4;
  const head = bytes.toString('latin1', 0, bodyStart);
  const [startLine = '', ...lines] = head.slice(0, -4).split('\r\n');
  const fields = parseFields(lines);
  const complete = (body: Buffer, length: number, trailers: ReadonlyMap<string, string> = new Map()): Parsed => ({
    message: { startLine, fields, head, body, trailers },
    length,
  });
  const isResponse = startLine.startsWith('HTTP/');
  const none = bytes.subarray(0, 0);
  if (bodiless || (isResponse && / (1\d\d|204|304)( |$)/.test(startLine))) return complete(none, bodyStart);
  if (fields.get('transfer-encoding') === 'chunked') {
    const chunks = parseChunks(bytes, bodyStart);
    if (chunks === undefined) return undefined;
    // Without trailers the empty line follows at once; with them it follows the last of them.
    const empty = bytes.indexOf('\r\n', chunks.trailerStart, 'latin1') === chunks.trailerStart;
    const trailerEnd = empty ? chunks.trailerStart : bytes.indexOf('\r\n\r\n', chunks.trailerStart, 'latin1');
    if (trailerEnd < 0) return undefined;
    if (empty) return complete(chunks.body, trailerEnd + 2);
    return complete(chunks.body, trailerEnd + 4, parseFields(bytes.toString('latin1', chunks.trailerStart, trailerEnd).split('\r\n')));
  }
  const announced = fields.get('content-length');
  if (announced !== undefined) {
    const end = bodyStart + Number(announced);
    return bytes.length < end ? undefined : complete(bytes.subarray(bodyStart, end), end);
  }
  if (!isResponse) return complete(none, bodyStart);
  return ended ? complete(bytes.subarray(bodyStart), bytes.length) : undefined;
}

/** `HTTP/1.1 200 OK` -> 200. */
export function statusOf(message: Message): number {
  return Number(message.startLine.split(' ')[1]);
}
