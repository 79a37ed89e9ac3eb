import { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import type { Bytes } from '../base/bytes.ts';
import type { Writing, WritingListener } from './writing.ts';

/** What stands for a write that the system has not taken at once. */
interface WriteRequest {
  /** -1 as long as it stands for nothing. */
  getAsyncId(): number;
  oncomplete: ((status: number) => void) | null;
  /** Keeps the memory until it is written. */
  buffer: unknown;
}

/** What libuv writes by: every socket of Node has one, though its documentation does not say so. */
interface WriteHandle {
  readonly writeQueueSize: number;
  /** The system's error, or 0. The request is used when the system did not take all. */
  writeBuffer(request: WriteRequest, bytes: Bytes): number;
  writev(request: WriteRequest, list: readonly Bytes[], allBuffers: true): number;
}

type HandledSocket = Socket & { readonly _handle?: WriteHandle | null };

type RequestClass = new () => WriteRequest;

/** What all sockets write with. Made for the first of them; null where Node has other insides than we know. */
let requests: Requests | null | undefined;

class Requests {
  /** The next one. A write that the system takes at once, as nearly all are, leaves it as it was. */
  spare: WriteRequest;
  private readonly Request: RequestClass;

  constructor(Request: RequestClass) {
    this.Request = Request;
    this.spare = new Request();
  }

  renew(): void {
    this.spare = new this.Request();
  }
}

/**
 * Past the stream that Node makes of a socket, into its handle: the stream's book-keeping and a request object for every write are a third
 * of what a small write costs besides its system call, and two proxies in a row write four times a request. See decision 0017.
 */
export class HandleWriting implements Writing {
  queuedBytes = 0;
  private readonly socket: HandledSocket;
  private readonly listener: WritingListener;
  private readonly requests: Requests;
  private lastQueueSize = 0;

  /** undefined for sockets that have no such handle (TLS), and where Node has other insides. */
  static of(socket: Socket, listener: WritingListener): HandleWriting | undefined {
    if (socket.constructor !== Socket) return undefined;
    if (requests === undefined) {
      const Request = requestClass();
      requests = Request === undefined ? null : new Requests(Request);
    }
    return requests === null ? undefined : new HandleWriting(socket, listener, requests);
  }

  private constructor(socket: Socket, listener: WritingListener, shared: Requests) {
    this.socket = socket;
    this.listener = listener;
    this.requests = shared;
  }

  write(bytes: Bytes | Bytes[], length: number, tell: boolean): void {
    const handle = this.socket._handle;
    // The socket is gone; that it closes is about to be told.
    if (handle === null || handle === undefined) return;
    const request = this.requests.spare;
    const error = Array.isArray(bytes) ? handle.writev(request, bytes, true) : handle.writeBuffer(request, bytes);
    if (error !== 0) this.refused(error);
    else if (request.getAsyncId() !== -1) this.await(request, bytes, length);
    else if (tell) process.nextTick(tellWritten, this.listener);
  }

  moved(): boolean {
    const size = this.socket._handle?.writeQueueSize ?? 0;
    const moved = size < this.lastQueueSize;
    this.lastQueueSize = size;
    return moved;
  }

  /** The system has taken a part at most: libuv goes on when it takes more. */
  private await(request: WriteRequest, bytes: Bytes | Bytes[], length: number): void {
    this.requests.renew();
    this.queuedBytes += length;
    request.buffer = bytes;
    request.oncomplete = (status) => {
      request.buffer = null;
      this.queuedBytes -= length;
      if (status < 0) this.fail(status);
      else this.listener.onWritten();
    };
  }

  private refused(error: number): void {
    // It may have been tried for later, and been used for that.
    this.requests.renew();
    this.fail(error);
  }

  /** As Node would have it. */
  private fail(error: number): void {
    const code = getSystemErrorName(error);
    this.socket.destroy(Object.assign(new Error(`write ${code}`), { errno: error, code, syscall: 'write' }));
  }
}

function tellWritten(listener: WritingListener): void {
  listener.onWritten();
}

/**
 * Node shows the class of its requests to nobody but a handle, and so to this one, which writes nothing. Newer ones (26) make no request
 * before it is needed, and spare what we would spare.
 */
function requestClass(): RequestClass | undefined {
  let request: WriteRequest | null | undefined;
  const handle = {
    writeBuffer(given: WriteRequest | null): number {
      request = given;
      return 0;
    },
    close(): void {},
  };
  // Its types know none but one more way to make a handle.
  const socket = new Socket({ handle, readable: false, writable: true } as object);
  socket.write(Buffer.alloc(1));
  socket.destroy();
  const made = request?.constructor as RequestClass | undefined;
  return made !== undefined && made.prototype !== Object.prototype && new made().getAsyncId?.() === -1 ? made : undefined;
}
