import type benchmark from 'benchmark';
import http1 from '../../protocols/http1/index.ts';
import { HeadScanner } from '../../protocols/http1/scanner.ts';
import { round } from '../support/round.ts';

const smallRequest = Buffer.from('GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
const smallResponse = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nthe quick brown fox!');

const browserFields = [
  'Host: www.example.test:8080',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Accept-Language: en-US,en;q=0.5',
  'Accept-Encoding: gzip, deflate, br',
  'Referer: http://www.example.test:8080/catalogue?page=2',
  'Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=all',
  'Cache-Control: max-age=0',
  'Priority: u=0, i',
  'Sec-Fetch-Mode: navigate',
];
const largeRequest = Buffer.from(`GET /catalogue/items?id=1 HTTP/1.1\r\n${browserFields.join('\r\n')}\r\n\r\n`);
const keepAliveRequest = Buffer.from('GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n');
const postRequest = Buffer.from('POST /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\n\r\nthe quick brown fox!');
const largeResponse = Buffer.from(
  'HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 20\r\nConnection: keep-alive\r\n\r\nthe quick brown fox!',
);
const chunkedResponse = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\nthe quick brown fox!\r\n0\r\n\r\n');

const scanner = new HeadScanner();

function scan(head: Buffer): void {
  scanner.begin('request', 8192, 61440, 100);
  if (scanner.scan(head, 0, head.length) !== undefined || !scanner.complete) throw new Error('the head was not taken');
}

/**
 * What HTTP/1.1 costs without sockets. A round is what a proxy's codecs do for one request: read the head, write it upstream, read the answer,
 * write it to the client.
 */
export default function addCases(suite: benchmark.Suite): void {
  suite.add(`scan a head of ${smallRequest.length} bytes`, () => scan(smallRequest));
  suite.add(`scan a head of ${largeRequest.length} bytes, ${browserFields.length} fields`, () => scan(largeRequest));
  suite.add('round: GET, small', round(http1, smallRequest, smallResponse));
  suite.add('round: GET, small, Connection: keep-alive', round(http1, keepAliveRequest, smallResponse));
  suite.add('round: POST of 20 bytes', round(http1, postRequest, smallResponse));
  suite.add('round: GET, ten fields, and an answer of five', round(http1, largeRequest, largeResponse));
  suite.add('round: GET, an answer in chunks', round(http1, smallRequest, chunkedResponse));
}
