/**
 * A protocol: `note`, in which one frame is one message. All numbers are big endian.
 *
 *     'N' 'T'   kind   status   id (4 bytes)   length (4 bytes)   payload of that length
 *
 * Kinds: 1 request, 2 response, 3 request for a sign of life, 4 sign of life, 5 leave: whoever serves
 * takes no more requests on this connection. The payload of a request is `SERVICE METHOD\n` and a body;
 * that of a response is a body. Status: 0 ok, 1 not found, 2 overloaded, 3 failed.
 */
import { FieldList, FramedHead, frameProtocol, STATUS_OF_OUTCOME } from 'meshloom/protocol';

const PREFIX = 12;
const MAGIC = 0x4e54;
/** @type {readonly import('meshloom/protocol').FrameKind[]} */
const KINDS = ['skip', 'request', 'response', 'heartbeat-ask', 'heartbeat-reply', 'go-away'];
/** @type {readonly import('meshloom/protocol').Outcome[]} */
const OUTCOMES = ['ok', 'not-found', 'overloaded', 'failed'];

/** @param {number} kind @param {number} status @param {Buffer} payload */
function frame(kind, status, payload) {
  const bytes = Buffer.alloc(PREFIX + payload.length);
  bytes.writeUInt16BE(MAGIC, 0);
  bytes[2] = kind;
  bytes[3] = status;
  bytes.writeUInt32BE(payload.length, 8);
  payload.copy(bytes, PREFIX);
  return bytes;
}

/** What routers and filters see of a request. Nothing is decoded before somebody asks. */
class NoteRequest extends FramedHead {
  protocol = 'note';
  scheme = '';
  authority = '';
  fields = new FieldList();
  oneWay = false;
  idempotent = false;
  timeoutMs = undefined;
  upgrade = '';

  get path() {
    return this.words()[0] ?? '';
  }
  // Notes cannot be sent to another service than they say.
  set path(_value) {}
  get method() {
    return this.words()[1] ?? '';
  }
  set method(_value) {}

  words() {
    return this.payload.toString('utf8', 0, Math.max(0, this.payload.indexOf('\n'))).split(' ');
  }
}

class NoteResponse extends FramedHead {
  protocol = 'note';
  fields = new FieldList();

  get code() {
    return this.frame[3] ?? 0;
  }
  get outcome() {
    return OUTCOMES[this.code] ?? 'failed';
  }
  get status() {
    return STATUS_OF_OUTCOME[this.outcome];
  }
}

/** @type {import('meshloom/protocol').FrameFormat<NoteRequest, NoteResponse>} */
const format = {
  name: 'note',
  prefixBytes: PREFIX,
  maxFrameBytes: 4 * 1024 * 1024,
  // How many requests a connection to a host carries at once, and how many it takes of a client.
  room: 100,
  ceiling: 1000,
  sniff: (bytes) => (bytes.length < 2 ? 'more' : bytes.readUInt16BE(0) === MAGIC ? 'yes' : 'no'),
  frameBytes: (bytes, at) => (bytes.readUInt16BE(at) === MAGIC ? PREFIX + bytes.readUInt32BE(at + 8) : -1),
  kind: (bytes) => KINDS[bytes[2] ?? 0] ?? 'skip',
  request: (bytes) => new NoteRequest(bytes, PREFIX),
  response: (bytes) => new NoteResponse(bytes, PREFIX),
  idHigh: () => 0,
  idLow: (bytes) => bytes.readUInt32BE(4),
  setId: (bytes, _high, low) => {
    bytes.writeUInt32BE(low, 4);
  },
  encode(head, body) {
    const prefix = Buffer.from(head.frame.subarray(0, PREFIX));
    prefix.writeUInt32BE(body.length, 8);
    return [prefix, body];
  },
  reply(_request, outcome, message) {
    const status = OUTCOMES.indexOf(outcome);
    return frame(2, status < 0 ? OUTCOMES.indexOf('failed') : status, Buffer.from(message));
  },
  // A request that came in another protocol.
  adopt: (head, body) =>
    head.upgrade === '' ? frame(1, 0, Buffer.concat([Buffer.from(`${head.path} ${head.method}\n`), body])) : undefined,
  heartbeatReply(ask) {
    const reply = frame(4, 0, Buffer.alloc(0));
    reply.writeUInt32BE(ask.readUInt32BE(4), 4);
    return reply;
  },
  heartbeatAsk: () => frame(3, 0, Buffer.alloc(0)),
  goAway: () => frame(5, 0, Buffer.alloc(0)),
};

export const note = frameProtocol(format);

/** @type {import('meshloom').Plugin} */
export default { protocols: [note] };
