import type { ClientStream, RequestHead, ResponseHandler } from 'meshloom/protocol';
import { Http1Stream, type StreamOwner } from './stream.ts';

/** The connection, as far as it sends requests. */
export interface RequestSender extends StreamOwner {
  /** Data waits for the server to agree to a tunnel. */
  readonly holdsEarlyData: boolean;
  sendHead(head: RequestHead, end: boolean): void;
}

/** A request that goes out, and who waits for its answer. */
export class Http1ClientStream extends Http1Stream implements ClientStream {
  readonly listener: ResponseHandler;
  /** Nothing has been written before: whatever happens, the server has done nothing. */
  asked = false;
  method = '';
  /** What was asked to turn the connection into, in lower case: 'connect', or the list in Upgrade; '' for an ordinary request. */
  upgrade = '';
  /** The key that the answer must fit, if it was made for this request; '' otherwise. */
  websocketKey = '';
  private readonly sender: RequestSender;

  constructor(sender: RequestSender, listener: ResponseHandler) {
    super(sender);
    this.sender = sender;
    this.listener = listener;
  }

  override get writable(): boolean {
    return super.writable && !this.sender.holdsEarlyData;
  }

  sendHead(head: RequestHead, end: boolean): void {
    if (!this.over) this.sender.sendHead(head, end);
  }
}
