import type { Bytes } from '../../../base/bytes.ts';
import { grpcMessage, messageOfGrpc } from '../../../base/grpc-message.ts';
import { FieldList, type Fields } from '../../../protocol/fields.ts';
import { LocalRequest } from '../../../protocol/local-request.ts';
import type { Ask } from '../../ask.ts';
import type { Exchange } from '../../filter.ts';
import { type Check, type Decided, type Decision, MAX_ANSWER_BYTES } from './decision.ts';
import { checkRequest, decisionOf } from './grpc-messages.ts';
import type { GrpcServiceSettings } from './settings.ts';

/** HTTP/2 by its name in ALPN (RFC 7301). */
const HTTP_2 = 'h2';
const METHOD = '/envoy.service.auth.v3.Authorization/Check';

/** Asks by gRPC, as Envoy does. */
export class GrpcCheck implements Check {
  private readonly settings: GrpcServiceSettings;
  private readonly extensions: ReadonlyMap<string, string>;
  private readonly send: Ask;

  constructor(settings: GrpcServiceSettings, extensions: ReadonlyMap<string, string>, send: Ask) {
    this.settings = settings;
    this.extensions = extensions;
    this.send = send;
  }

  ask(exchange: Exchange, decided: Decided): { cancel(): void } {
    const { envoyGrpc, timeout, initialMetadata } = this.settings;
    const fields = new FieldList([
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
    ]);
    for (const { key, value } of initialMetadata) fields.set(key.toLowerCase(), value);
    const head = new LocalRequest({ authority: envoyGrpc.clusterName, path: METHOD, method: 'POST', fields });
    const chunks: Bytes[] = [];
    let held = 0;
    return this.send(
      envoyGrpc.clusterName,
      { head, body: grpcMessage(checkRequest(exchange, this.extensions)), protocol: HTTP_2, limitMs: timeout },
      {
        onHead({ status, fields: said }, end) {
          if (end || status !== 200) decided(withoutAnswer(said, status));
        },
        onData(bytes, end) {
          held += bytes.length;
          if (held <= MAX_ANSWER_BYTES) chunks.push(bytes);
          if (end) decided({ is: 'error', why: 'the answer has no status of gRPC' });
        },
        onTrailers(trailers) {
          decided(trailers.get('grpc-status') === '0' ? unframed(Buffer.concat(chunks)) : withoutAnswer(trailers, 200));
        },
        onFault: ({ detail }) => decided({ is: 'error', why: detail }),
      },
    );
  }
}

function unframed(body: Bytes): Decision {
  const message = messageOfGrpc(body);
  return message === undefined ? { is: 'error', why: 'the answer is no message of gRPC' } : decisionOf(message);
}

function withoutAnswer(fields: Fields, status: number): Decision {
  const code = fields.get('grpc-status');
  return {
    is: 'error',
    why: code === undefined ? `the service answered with ${status}` : `the service failed with ${code} ${fields.get('grpc-message') ?? ''}`,
  };
}
