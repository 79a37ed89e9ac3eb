import type { Bytes } from '../../base/bytes.ts';

/** What a client says before anything is secret, and what a certificate is chosen by. */
export interface ClientHello {
  /** The name in SNI (RFC 6066 section 3), in lower case; '' when the client named none. */
  readonly serverName: string;
  /** What it offers by ALPN (RFC 7301), the preferred first. */
  readonly protocols: readonly string[];
}

/** The first byte of a TLS connection: a record of type handshake (RFC 8446 section 5.1). No text and no other protocol of ours begins so. */
export const HANDSHAKE_RECORD = 0x16;

const RECORD_HEADER_BYTES = 5;
/** RFC 8446 section 5.1. */
const MAX_RECORD_BYTES = 16_384;
/** A browser's has 2 KiB with post-quantum keys. What is larger is decided without being read to its end. */
const MAX_HELLO_BYTES = 16_384;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const ALPN = 16;

const UNKNOWN: ClientHello = { serverName: '', protocols: [] };

/**
 * Reads the ClientHello that a connection begins with: 'more' while it is not all there. Of what is none, or broken, it says that nothing
 * is named: whoever does the handshake will complain.
 */
export function readClientHello(prefix: Bytes): ClientHello | 'more' {
  const message = handshakeBytes(prefix);
  if (message === undefined) return UNKNOWN;
  if (message.length < 4) return 'more';
  if (message[0] !== CLIENT_HELLO) return UNKNOWN;
  const length = message.readUIntBE(1, 3);
  if (length > MAX_HELLO_BYTES) return UNKNOWN;
  if (message.length < 4 + length) return 'more';
  return clientHello(new Cursor(message.subarray(4, 4 + length)));
}

/** What the records carry: a message may be spread over several (RFC 8446 section 5.1). */
function handshakeBytes(prefix: Bytes): Bytes | undefined {
  const fragments: Bytes[] = [];
  let at = 0;
  while (at < prefix.length) {
    if (prefix[at] !== HANDSHAKE_RECORD) return undefined;
    if (prefix.length - at < RECORD_HEADER_BYTES) break;
    const length = prefix.readUInt16BE(at + 3);
    if (length === 0 || length > MAX_RECORD_BYTES) return undefined;
    fragments.push(prefix.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length));
    at += RECORD_HEADER_BYTES + length;
  }
  return fragments.length === 1 ? fragments[0] : Buffer.concat(fragments);
}

/** RFC 8446 section 4.1.2; the fields are those of all versions. */
function clientHello(body: Cursor): ClientHello {
  // Version and random.
  body.skip(2 + 32);
  // Session id, cipher suites, compression methods.
  body.vector(1);
  body.vector(2);
  body.vector(1);
  const extensions = body.vector(2);
  let serverName = '';
  let protocols: readonly string[] = [];
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const extension = extensions.vector(2);
    if (type === SERVER_NAME) serverName = hostName(extension.vector(2));
    else if (type === ALPN) protocols = protocolNames(extension.vector(2));
  }
  return { serverName, protocols };
}

function hostName(names: Cursor): string {
  while (names.left > 0) {
    const type = names.number(1);
    const name = names.vector(2);
    if (type === HOST_NAME) return name.text().toLowerCase();
  }
  return '';
}

function protocolNames(list: Cursor): readonly string[] {
  const names: string[] = [];
  while (list.left > 0) names.push(list.vector(1).text());
  return names;
}

/** Reads on and on. Past the end all is zero and empty, so that what is broken ends without a check at each step. */
class Cursor {
  private readonly bytes: Bytes;
  private at = 0;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  skip(count: number): void {
    this.at = Math.min(this.at + count, this.bytes.length);
  }

  number(size: 1 | 2): number {
    const value = this.left < size ? 0 : this.bytes.readUIntBE(this.at, size);
    this.skip(size);
    return value;
  }

  /** Bytes with their length before them, which has so many bytes itself. */
  vector(sizeOfLength: 1 | 2): Cursor {
    const length = this.number(sizeOfLength);
    const from = this.at;
    this.skip(length);
    return new Cursor(this.bytes.subarray(from, this.at));
  }

  text(): string {
    return this.bytes.toString('latin1');
  }
}
