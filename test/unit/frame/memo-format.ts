import type { Bytes } from '../../../src/base/bytes.ts';
import { FieldList, type Fields } from '../../../src/protocol/fields.ts';
import { FramedHead, type FrameFormat, type FrameKind } from '../../../src/protocol/frame-format.ts';
import type { Outcome, RequestHead, ResponseHead } from '../../../src/protocol/head.ts';
import { STATUS_OF_OUTCOME } from '../../../src/protocol/outcome.ts';

/**
 * A small frame protocol for tests. Prefix: `MO`, kind, status, id (8), payload length (4). The payload of a request is
 * `PATH METHOD\n` and a body; that of a response is its body.
 */
export const PREFIX = 16;

const KINDS: readonly FrameKind[] = ['skip', 'request', 'one-way', 'response', 'heartbeat-ask', 'heartbeat-reply', 'go-away'];
const OUTCOMES = Object.keys(STATUS_OF_OUTCOME).filter((key): key is Outcome => key in STATUS_OF_OUTCOME);

export function memoFrame(kind: FrameKind, id: number, payload: string | Bytes = '', status = 0, idHigh = 0): Bytes {
  const body = Buffer.from(payload);
  const frame = Buffer.alloc(PREFIX + body.length);
  frame.write('MO');
  frame[2] = KINDS.indexOf(kind);
  frame[3] = status;
  frame.writeUInt32BE(idHigh, 4);
  frame.writeUInt32BE(id, 8);
  frame.writeUInt32BE(body.length, 12);
  body.copy(frame, PREFIX);
  return frame;
}

export class MemoRequest extends FramedHead implements RequestHead {
  readonly protocol = 'memo';
  readonly scheme = '';
  readonly authority = '';
  readonly fields: Fields = new FieldList();
  readonly idempotent = false;
  readonly timeoutMs = undefined;
  readonly upgrade = '';
  private newPath: string | undefined;

  get oneWay(): boolean {
    return this.frame[2] === KINDS.indexOf('one-way');
  }

  private get words(): readonly string[] {
    return this.payload.toString('utf8', 0, Math.max(0, this.payload.indexOf('\n'))).split(' ');
  }

  get path(): string {
    return this.newPath ?? this.words[0] ?? '';
  }

  set path(value: string) {
    this.newPath = value;
    this.changed = true;
  }

  get method(): string {
    return this.words[1] ?? '';
  }
}

export class MemoResponse extends FramedHead implements ResponseHead {
  readonly protocol = 'memo';
  readonly fields: Fields = new FieldList();

  get code(): number {
    return this.frame[3] ?? 0;
  }

  get outcome(): Outcome {
    return OUTCOMES[this.code] ?? 'failed';
  }

  get status(): number {
    return STATUS_OF_OUTCOME[this.outcome];
  }
}

export const memo: FrameFormat<MemoRequest, MemoResponse> = {
  name: 'memo',
  prefixBytes: PREFIX,
  maxFrameBytes: 2 * 1024 * 1024,
  room: 8,
  ceiling: 16,
  sniff: (prefix) => (prefix.length < 2 ? 'more' : prefix.toString('latin1', 0, 2) === 'MO' ? 'yes' : 'no'),
  frameBytes: (bytes, at) => (bytes.readUInt16BE(at) === 0x4d4f ? PREFIX + bytes.readUInt32BE(at + 12) : -1),
  kind: (frame) => KINDS[frame[2]!] ?? 'skip',
  request: (frame) => new MemoRequest(frame, PREFIX),
  response: (frame) => new MemoResponse(frame, PREFIX),
  idHigh: (frame) => frame.readUInt32BE(4),
  idLow: (frame) => frame.readUInt32BE(8),
  setId(frame, high, low) {
    frame.writeUInt32BE(high, 4);
    frame.writeUInt32BE(low, 8);
  },
  encode(head, body) {
    const line = head instanceof MemoRequest && head.changed ? Buffer.from(`${head.path} ${head.method}\n`) : undefined;
    const rest = line === undefined ? body : body.subarray(body.indexOf(10) + 1);
    const prefix = Buffer.from(head.frame.subarray(0, PREFIX));
    prefix.writeUInt32BE((line?.length ?? 0) + rest.length, 12);
    return line === undefined ? [prefix, rest] : [prefix, line, rest];
  },
  reply: (_request, outcome, message) => memoFrame('response', 0, message, OUTCOMES.indexOf(outcome)),
  adopt: (head, body) =>
    head.upgrade === ''
      ? memoFrame(head.oneWay ? 'one-way' : 'request', 0, Buffer.concat([Buffer.from(`${head.path} ${head.method}\n`), body]))
      : undefined,
  heartbeatReply: (ask) => memoFrame('heartbeat-reply', ask.readUInt32BE(8), '', 0, ask.readUInt32BE(4)),
  heartbeatAsk: () => memoFrame('heartbeat-ask', 0),
  goAway: () => memoFrame('go-away', 0),
};

export const status = (outcome: Outcome): number => OUTCOMES.indexOf(outcome);
