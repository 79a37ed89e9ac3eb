import type { Bytes, FrameFormat, FrameKind } from 'meshloom/protocol';
import { AttachmentHeaders } from './attachment-headers.ts';
import { genericAnswer } from './generic-answer.ts';
import { callFault, genericCall } from './generic-call.ts';
import { hessian2 } from './hessian2.ts';
import { HESSIAN2, serializationOf } from './known-serializations.ts';
import { FLAG_EVENT, FLAG_REQUEST, FLAG_TWO_WAY, flagsOf, MAGIC, makeFrame, PREFIX_BYTES, SERIALIZATION_BITS } from './prefix.ts';
import { DubboRequest, TimedDubboRequest } from './request.ts';
import { DubboResponse } from './response.ts';
import { textResult } from './result.ts';
import { STATUS_OF_OUTCOME, STATUS_OK } from './status.ts';

export interface DubboLimits {
  readonly maxPayloadBytes: number;
  readonly maxConcurrentStreams: number;
  readonly maxPendingRequests: number;
  readonly maxUnreadBytes: number;
  readonly heartbeats: boolean;
  readonly readTimeoutAttachment: boolean;
  /** As `AttachmentHeaders` reads it. */
  readonly attachmentHeaders: string;
}

/** The body of an event is one text: this one says that the provider takes no new requests, as it does before it stops. */
const READONLY = 'R';
const READONLY_BODY = hessian2.textItem(READONLY);

/** A heartbeat's body is a null. */
const HEARTBEAT_BODY = hessian2.textItem(undefined);

/** An event of more than a few bytes is none that is known. */
const MAX_EVENT_BYTES = 64;

function kind(frame: Bytes): FrameKind {
  const flags = flagsOf(frame);
  if ((flags & FLAG_EVENT) !== 0) return eventKind(frame, flags);
  if ((flags & FLAG_REQUEST) === 0) return 'response';
  return (flags & FLAG_TWO_WAY) === 0 ? 'one-way' : 'request';
}

/** An event that wants an answer is a heartbeat, whatever its serialization; one that wants none may say that its sender is leaving. */
function eventKind(frame: Bytes, flags: number): FrameKind {
  if ((flags & FLAG_REQUEST) === 0) return 'heartbeat-reply';
  if ((flags & FLAG_TWO_WAY) !== 0) return frame.length <= PREFIX_BYTES + MAX_EVENT_BYTES ? 'heartbeat-ask' : 'skip';
  // In every serialization the letter stands as itself in the event's few bytes.
  const short = frame.length > PREFIX_BYTES && frame.length <= PREFIX_BYTES + MAX_EVENT_BYTES;
  return short && frame.includes(READONLY, PREFIX_BYTES, 'latin1') ? 'go-away' : 'skip';
}

/** Dubbo's frames with these limits. */
export function dubboFormat(limits: DubboLimits): FrameFormat<DubboRequest, DubboResponse> {
  const heartbeatAsk = (): Bytes => makeFrame(FLAG_REQUEST | FLAG_TWO_WAY | FLAG_EVENT | HESSIAN2, 0, HEARTBEAT_BODY);
  const headers = new AttachmentHeaders(limits.attachmentHeaders);
  return {
    name: 'dubbo',
    prefixBytes: PREFIX_BYTES,
    maxFrameBytes: PREFIX_BYTES + limits.maxPayloadBytes,
    room: limits.maxConcurrentStreams,
    ceiling: limits.maxPendingRequests,
    maxUnreadBytes: limits.maxUnreadBytes,
    sniff: (prefix) => {
      if (prefix.length === 0) return 'more';
      if (prefix[0] !== MAGIC >> 8) return 'no';
      return prefix.length === 1 ? 'more' : prefix[1] === (MAGIC & 0xff) ? 'yes' : 'no';
    },
    frameBytes: (bytes, at) => (bytes.readUInt16BE(at) === MAGIC ? PREFIX_BYTES + bytes.readUInt32BE(at + 12) : -1),
    kind,
    request: limits.readTimeoutAttachment ? (frame) => new TimedDubboRequest(frame) : (frame) => new DubboRequest(frame),
    response: (frame) => new DubboResponse(frame),
    idHigh: (frame) => frame.readUInt32BE(4),
    idLow: (frame) => frame.readUInt32BE(8),
    setId: (frame, high, low) => {
      frame.writeUInt32BE(high, 4);
      frame.writeUInt32BE(low, 8);
    },
    encode: (head, body) => {
      const pieces = head.changed ? head.rewritten(body) : [body];
      const prefix = Buffer.from(head.frame.subarray(0, PREFIX_BYTES));
      prefix.writeUInt32BE(
        pieces.reduce((sum, piece) => sum + piece.length, 0),
        12,
      );
      return [prefix, ...pieces];
    },
    reply: (request, outcome, message, fields) => {
      const asked = flagsOf(request.frame) & SERIALIZATION_BITS;
      const known = serializationOf(asked);
      // A frame says how it is written: a consumer whose own way is not known here still reads Dubbo's usual one.
      const [number, serialization] = known === undefined ? [HESSIAN2, hessian2] : [asked, known];
      const status = STATUS_OF_OUTCOME[outcome];
      return makeFrame(number, status, status === STATUS_OK ? textResult(serialization, message, fields) : serialization.textItem(message));
    },
    adopt: (head, body) => genericCall(head, body, headers),
    adoptionFault: (method, path) => callFault(method, path)?.message,
    render: (response) => genericAnswer(response, headers),
    heartbeatReply: (ask) => {
      const reply = makeFrame(FLAG_EVENT | (flagsOf(ask) & SERIALIZATION_BITS), STATUS_OK, ask.subarray(PREFIX_BYTES));
      ask.copy(reply, 4, 4, 12);
      return reply;
    },
    ...(limits.heartbeats ? { heartbeatAsk } : {}),
    goAway: () => makeFrame(FLAG_REQUEST | FLAG_EVENT | HESSIAN2, 0, READONLY_BODY),
  };
}
