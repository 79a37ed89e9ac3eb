import type { Bytes } from '../base/bytes.ts';
import { FieldList } from '../protocol/fields.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ClientStream, ServerStream, Stream } from '../protocol/stream.ts';
import { neutralRequest } from './action.ts';
import { pair } from './pair.ts';
import type { Recorder } from './recorder.ts';
import { ScriptServer, type Served } from './script-transport.ts';
import { whole } from './split.ts';
import type { Vector } from './vector.ts';

/** Asks one thing on a stream that has just been opened. */
export type Ask = (stream: ClientStream) => void;

/** Answers a request, wholly. */
export type Answer = (served: Served) => void;

/** A protocol under test, and what it can be asked. */
export interface Subject {
  readonly protocol: Protocol;
  readonly asks: readonly Ask[];
  /** Those, and the requests in its vectors. */
  readonly relayed: readonly Ask[];
}

export function subjectOf(protocol: Protocol, vectors: readonly Vector[]): Subject {
  const forwarded = vectors.flatMap((vector) => forwardedAsks(protocol, vector));
  const asks = sampleRequests(protocol, forwarded);
  return { protocol, asks, relayed: Array.from(new Set([...asks, ...forwarded])) };
}

const text = (length: number): Bytes => Buffer.alloc(length, 'the quick brown fox ');

/**
 * Requests that the client codec of this protocol can send. A protocol that takes neutral heads, as they come from unlike protocols, needs
 * nothing else; for one that refuses them the requests in its own vectors are forwarded.
 */
function sampleRequests(protocol: Protocol, forwarded: readonly Ask[]): readonly Ask[] {
  if (takesNeutralHeads(protocol)) return neutralAsks;
  if (forwarded.length === 0) throw new Error(`${protocol.name} refuses neutral request heads, so one of its vectors must hold a request`);
  return forwarded;
}

function takesNeutralHeads(protocol: Protocol): boolean {
  const { client, server, run } = pair(protocol);
  client.open().stream.sendHead(neutralRequest(), true);
  run();
  return server.served.length > 0;
}

const neutralAsks: readonly Ask[] = [
  (stream) => stream.sendHead(neutralRequest(), true),
  (stream) => {
    stream.sendHead(neutralRequest({ method: 'POST', path: '/small', fields: new FieldList([['content-type', 'text/plain']]) }), false);
    stream.sendData(text(5), true);
  },
  (stream) => {
    stream.sendHead(neutralRequest({ method: 'PUT', path: '/pieces' }), false);
    for (const length of [1, 700, 3000]) stream.sendData(text(length), false);
    stream.sendData(text(0), true);
  },
  (stream) => {
    stream.sendHead(neutralRequest({ method: 'POST', path: '/trailers' }), false);
    stream.sendData(text(40), false);
    stream.sendTrailers(new FieldList([['checksum', '1']]));
  },
];

/** Reads the vector anew for each asking: a head belongs to one request. */
function forwardedAsks(protocol: Protocol, vector: Vector): readonly Ask[] {
  if (vector.role !== 'server' || Object.keys(vector.settings).length > 0) return [];
  const read = (): ScriptServer => {
    const server = new ScriptServer(protocol);
    for (const step of vector.steps) if (step.kind === 'read') for (const chunk of whole(step.bytes)) server.receive(chunk);
    return server;
  };
  return read().served.flatMap(({ head, handler }, at): readonly Ask[] => {
    if (!handler.ended || head.oneWay) return [];
    return [(stream) => passOn(read().served[at]!, stream)];
  });
}

/** Sends on a whole request that was received: its head, its body in one piece, its trailers. */
export function passOn({ head, end, handler }: Pick<Served, 'head' | 'end' | 'handler'>, stream: ClientStream): void {
  stream.sendHead(head, end);
  if (!end) passOnBody(handler, stream);
}

/** The same for a response. */
export function passBack(handler: Recorder, stream: ServerStream): void {
  if (handler.head === undefined) throw new Error('there is no response to pass back');
  stream.sendHead(handler.head, handler.endedByHead);
  if (!handler.endedByHead) passOnBody(handler, stream);
}

function passOnBody({ body, trailers }: Recorder, stream: Stream): void {
  stream.sendData(body, trailers === undefined);
  if (trailers !== undefined) stream.sendTrailers(trailers);
}

export const sampleAnswers: readonly Answer[] = [
  ({ stream }) => stream.sendHead(new LocalResponse(200), true),
  ({ stream }) => {
    stream.sendHead(new LocalResponse(200, new FieldList([['content-type', 'text/plain']])), false);
    stream.sendData(text(30), true);
  },
  ({ stream }) => stream.reply('not-found', 'there is no such thing'),
  ({ stream }) => {
    stream.sendInformational(new LocalResponse(103, new FieldList([['link', '</a>']])));
    stream.sendHead(new LocalResponse(500), false);
    for (const length of [1, 2000, 0]) stream.sendData(text(length), false);
    stream.sendData(text(3), true);
  },
  ({ stream }) => {
    stream.sendHead(new LocalResponse(200), false);
    stream.sendData(text(9), false);
    stream.sendTrailers(new FieldList([['checksum', '2']]));
  },
];
