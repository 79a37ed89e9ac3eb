import assert from 'node:assert/strict';
import { METHODS } from 'node:http';
import { test } from 'node:test';
import { ScriptServer, seededRandom } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';
import { llhttpVerdicts, type Verdict } from '../../support/llhttp.ts';

interface Disagreement {
  /** What the RFC says, and where. */
  readonly why: string;
  readonly ours: Verdict;
  readonly example: string;
  /** Whether this is what a head is about; the head as text, one character a byte. */
  applies(head: string): boolean;
}

const requestLine = (head: string): string => head.replace(/^[\r\n]+/, '').split('\r\n', 1)[0]!;
const target = (head: string): string => requestLine(head).split(' ')[1] ?? '';
const method = (head: string): string => requestLine(head).split(' ', 1)[0]!;
/** Of every field line of that name, as loosely as anybody might read them. */
const values = (head: string, name: string): string[] => {
  const lines = head.split('\r\n\r\n', 1)[0]!.split('\r\n').slice(1);
  return lines
    .filter((line) => line.toLowerCase().startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).replace(/^[ \t]+|[ \t]+$/g, ''));
};

const HOST = /^(?:[-.\w~%!$&'()*+,;=]+|\[[\da-f:.]{2,}\])?(?::\d{0,5})?$/i;

/** Every kind of head about which we and llhttp (in its strict setting) differ. What is in none of them must get the same verdict. */
const DISAGREEMENTS: readonly Disagreement[] = [
  {
    why: 'any token is a method, and a proxy passes on those that it does not know (RFC 9110 section 9.1); llhttp has a list',
    ours: 'taken',
    example: 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n',
    applies: (head) => /^[!#$%&'*+.^_`|~\w-]+$/.test(method(head)) && !METHODS.includes(method(head)),
  },
  {
    why: 'a higher minor version is understood as the highest that is known (RFC 9110 section 2.5)',
    ours: 'taken',
    example: 'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
    applies: (head) => / HTTP\/1\.[2-9]$/.test(requestLine(head)),
  },
  {
    why: 'white space behind a value, tabs too, is no part of it (RFC 9110 section 5.5); llhttp takes it for a part of the length',
    ours: 'taken',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\t\r\n\r\nabc',
    applies: (head) => /\ncontent-length:[ \t]*\d+ *\t[ \t]*\r/i.test(head),
  },
  {
    why: 'only CRLF is an empty line, and only a few before a request are a mistake (RFC 9112 section 2.2)',
    ours: 'refused',
    example: '\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    applies: (head) => /^[\r\n]/.test(head),
  },
  {
    why: 'single spaces part a request line (RFC 9112 section 3)',
    ours: 'refused',
    example: 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
    applies: (head) => / {2}/.test(requestLine(head)),
  },
  {
    why: 'a request line ends in a version; HTTP/0.9 is not spoken (RFC 9112 section 3)',
    ours: 'refused',
    example: 'GET /\r\nHost: a\r\n\r\n',
    applies: (head) => !/ HTTP\/\d\.\d$/.test(requestLine(head)),
  },
  {
    why: 'no form of a target has a fragment (RFC 9112 section 3.2)',
    ours: 'refused',
    example: 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n',
    applies: (head) => target(head).includes('#'),
  },
  {
    why: 'a target that is no path is http://, https://, or * for OPTIONS (RFC 9112 section 3.2, RFC 9110 section 4.2)',
    ours: 'refused',
    example: 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n',
    applies: (head) => method(head) !== 'CONNECT' && !/^(\/|https?:\/\/[-.\w]+(:\d*)?([/?]|$))/i.test(target(head)),
  },
  {
    why: 'CONNECT takes host and port (RFC 9112 section 3.2.3)',
    ours: 'refused',
    example: 'CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n',
    applies: (head) => method(head) === 'CONNECT' && !/^[-.\w]+:\d{1,5}$/.test(target(head)),
  },
  {
    why: 'CONNECT has no content (RFC 9110 section 9.3.6)',
    ours: 'refused',
    example: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 1\r\n\r\nx',
    applies: (head) =>
      method(head) === 'CONNECT' && (values(head, 'content-length').length > 0 || values(head, 'transfer-encoding').length > 0),
  },
  {
    why: 'a second Host, or one that is no host, is answered with 400 (RFC 9112 section 3.2)',
    ours: 'refused',
    example: 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
    applies: (head) =>
      values(head, 'host').length > 1 || !values(head, 'host').every((value) => HOST.test(value) && !value.startsWith(':')),
  },
  {
    why: 'Transfer-Encoding is chunked and nothing else (RFC 9112 sections 6.1 and 7); llhttp takes the head, and complains about the body or not at all',
    ours: 'refused',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    applies: (head) => values(head, 'transfer-encoding').join().toLowerCase() !== 'chunked' && values(head, 'transfer-encoding').length > 0,
  },
  {
    why: 'Transfer-Encoding in HTTP/1.0 is faulty framing (RFC 9112 section 6.1)',
    ours: 'refused',
    example: 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    applies: (head) => requestLine(head).endsWith('HTTP/1.0') && values(head, 'transfer-encoding').length > 0,
  },
  {
    why: 'a length beyond 2^53-1 cannot be counted here (RFC 9110 section 8.6 asks recipients to prevent overflows)',
    ours: 'refused',
    example: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9007199254740992\r\n\r\n',
    applies: (head) => values(head, 'content-length').some((value) => Number(value) > Number.MAX_SAFE_INTEGER),
  },
  {
    why: 'Connection does not name what all recipients need (RFC 9110 section 7.6.1)',
    ours: 'refused',
    example: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: host\r\n\r\n',
    applies: (head) => /(^|[,\s])(host|content-length)([,\s]|$)/i.test(values(head, 'connection').join()),
  },
  {
    why: 'an expectation that cannot be met is answered with 417 (RFC 9110 section 10.1.1); node:http leaves that to its user',
    ours: 'refused',
    example: 'GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n',
    applies: (head) => values(head, 'expect').some((value) => value.toLowerCase() !== '100-continue'),
  },
  {
    why: 'other protocols that look alike are not spoken (RFC 9112 section 2.3)',
    ours: 'refused',
    example: 'SOURCE / ICE/1.0\r\nHost: a\r\n\r\n',
    applies: (head) => / (RTSP|ICE)\/\d\.\d$/.test(requestLine(head)),
  },
];

function ourVerdict(head: string): Verdict {
  const server = new ScriptServer(http1);
  server.receive(Buffer.from(head, 'latin1'));
  return server.served.length > 0 ? 'taken' : 'refused';
}

/** Bytes that mean something somewhere, and some of those that mean nothing anywhere. */
const BYTES = [
  0, 1, 8, 9, 10, 11, 12, 13, 31, 32, 33, 34, 35, 40, 43, 44, 45, 47, 48, 58, 59, 61, 64, 65, 91, 92, 95, 97, 120, 123, 126, 127, 128, 160,
  255,
];

const BASES = [
  'GET /a?b HTTP/1.1\r\nHost: a.b:8\r\nX-Y: z w\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
  'POST http://a/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'OPTIONS * HTTP/1.0\r\nConnection: close\r\nHost: [::1]:80\r\n\r\n',
];

/** Each base with one byte replaced, put in, taken out, or doubled, at each place. */
function mutations(base: string): string[] {
  const end = base.indexOf('\r\n\r\n') + 4;
  const heads = [base];
  for (let at = 0; at < end; at++) {
    const [before, after] = [base.slice(0, at), base.slice(at)];
    heads.push(before + after.slice(1), before + after[0]! + after);
    for (const byte of BYTES) {
      const put = String.fromCharCode(byte);
      heads.push(before + put + after.slice(1), before + put + after);
    }
  }
  return heads;
}

const PIECES = {
  line: [
    'GET / HTTP/1.1',
    'POST /x?y HTTP/1.1',
    'GET http://b/ HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'CONNECT a:1 HTTP/1.1',
    'GET / HTTP/1.0',
    'HEAD /\\ HTTP/1.1',
  ],
  field: [
    'Host: a',
    'Host: a',
    'host: b',
    'Content-Length: 0',
    'Content-Length: 3',
    'content-length: 3',
    'Content-Length: +3',
    'Content-Length: 3,3',
    'Transfer-Encoding: chunked',
    'transfer-encoding: Chunked',
    'Transfer-Encoding: gzip',
    'Transfer-Encoding: identity, chunked',
    'Connection: close',
    'Connection: keep-alive, Upgrade',
    'Upgrade: websocket',
    'Expect: 100-continue',
    'TE: trailers',
    'X: \t y \t',
    'X:',
    'X:\x80\xff',
    ': x',
    'X y: z',
    'X\t: z',
    ' folded',
  ],
};

/** Heads put together from lines, of which many have more than one thing wrong with their framing. */
function assembled(count: number): string[] {
  const random = seededRandom(1);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!;
  return Array.from({ length: count }, () => {
    const fields = Array.from({ length: Math.floor(random() * 5) }, () => pick(PIECES.field));
    return `${[pick(PIECES.line), 'Host: a', ...fields].join('\r\n')}\r\n\r\n`;
  });
}

test('request heads get the verdict of llhttp, but for what is listed here with its section of the RFC', { timeout: 60_000 }, async () => {
  const heads = [...new Set([...BASES.flatMap(mutations), ...assembled(4000)])];
  const theirs = await llhttpVerdicts(heads);
  const unexplained = heads.flatMap((head, at) => {
    const ours = ourVerdict(head);
    if (ours === theirs[at] || DISAGREEMENTS.some((kind) => kind.ours === ours && kind.applies(head))) return [];
    return [`${ours} here: ${JSON.stringify(head)}`];
  });
  assert.deepEqual(unexplained, []);
  // Both verdicts are frequent, or this would show nothing.
  const taken = theirs.filter((verdict) => verdict === 'taken').length;
  assert.ok(taken > 1000 && heads.length - taken > 1000, `${taken} of ${heads.length}`);
});

for (const { why, ours, example, applies } of DISAGREEMENTS) {
  test(`${ours}: ${why}`, () => {
    assert.ok(applies(example));
    assert.equal(ourVerdict(example), ours);
  });
}
