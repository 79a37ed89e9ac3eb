import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from 'meshloom/protocol';
import { grpcHealth, healthRequest, servingStatus } from '../../../protocols/http2/grpc-health.ts';
import http2 from '../../../protocols/http2/index.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const message = (text: string): Buffer => {
  const body = hex(text);
  return Buffer.concat([hex(`00 ${body.length.toString(16).padStart(8, '0')}`), body]);
};

test('the protocol declares it', () => {
  assert.deepEqual(http2.healthChecks, [grpcHealth]);
});

test('the question is a unary call of grpc.health.v1.Health/Check', () => {
  const { request, body } = grpcHealth.question({}, '10.0.0.1:50051', 'http');
  assert.deepEqual(
    [request.method, request.scheme, request.authority, request.path, [...request.fields]],
    [
      'POST',
      'http',
      '10.0.0.1:50051',
      '/grpc.health.v1.Health/Check',
      [
        ['content-type', 'application/grpc'],
        ['te', 'trailers'],
      ],
    ],
  );
  assert.deepEqual(body, hex('00 00000000'));
});

test('the question names the service and the authority that the configuration does', () => {
  const { request, body } = grpcHealth.question({ service_name: 'a.B', authority: 'health.example' }, '10.0.0.1:50051', 'https');
  assert.deepEqual([request.authority, request.scheme], ['health.example', 'https']);
  assert.deepEqual(body, hex('00 00000005 0a03 612e42'));
});

test('a service name of 128 bytes has a length of two bytes', () => {
  assert.deepEqual(healthRequest('x'.repeat(127)).subarray(0, 7), hex('00 00000081 0a7f'));
  assert.deepEqual(healthRequest('x'.repeat(128)).subarray(0, 8), hex('00 00000083 0a8001'));
});

test('the status of an answer is its field 1, and UNKNOWN where it is left out', () => {
  assert.equal(servingStatus(message('08 01')), 1);
  assert.equal(servingStatus(message('08 02')), 2);
  assert.equal(servingStatus(message('')), 0);
  assert.equal(servingStatus(message('08 8001')), 128);
});

test('fields that a later version may add are passed over, whatever their wire type', () => {
  assert.equal(servingStatus(message('10 ff01 19 0102030405060708 22 03 616263 2d 01020304 08 01')), 1);
});

test('what is cut short, compressed, or of no known wire type is no answer', () => {
  for (const body of ['', '00 000000', '01 00000002 0801', '00 00000003 0801', '00 00000002 08', '00 00000002 0880']) {
    assert.equal(servingStatus(hex(body)), undefined, body);
  }
  for (const fields of ['22 05 61', '19 01', '2d 01', '0b', '08 ffffffffffffffffffff', '80']) {
    assert.equal(servingStatus(message(fields)), undefined, fields);
  }
});

const answer = (status: number, fields: [string, string][], body: Buffer, trailers?: [string, string][]) => ({
  head: { protocol: 'http2', outcome: 'ok', code: status, status, fields: new FieldList(fields) } as const,
  body,
  trailers: trailers === undefined ? undefined : new FieldList(trailers),
});
const { judge } = grpcHealth.question({}, 'a', 'http');

test('a server that serves is healthy', () => {
  assert.equal(judge(answer(200, [], message('08 01'), [['grpc-status', '0']])), undefined);
});

test('a server that does not serve, does not know the service, or fails is not', () => {
  const ok: [string, string][] = [['grpc-status', '0']];
  assert.equal(judge(answer(200, [], message('08 02'), ok)), 'the service is NOT_SERVING');
  assert.equal(judge(answer(200, [], message('08 09'), ok)), 'the service is in the unknown status 9');
  assert.equal(judge(answer(200, [['grpc-status', '5']], message(''))), 'the grpc-status of the answer is 5');
  assert.equal(judge(answer(200, [], message('08 01'), [['grpc-status', '14']])), 'the grpc-status of the answer is 14');
  assert.equal(judge(answer(200, [], message('08 01'))), 'the answer has no grpc-status');
  assert.equal(judge(answer(503, [], message(''))), 'the status of the answer is 503');
  assert.equal(judge(answer(200, [], hex('ff'), ok)), 'the answer is no HealthCheckResponse');
});
