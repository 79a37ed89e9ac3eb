import type { Fault, Fields, Outcome, ResponseHead, ServerStream, StreamHandler } from 'meshloom/protocol';
import type { Asked } from './response-writer.ts';
import { Http1Stream, type StreamOwner } from './stream.ts';

/** The connection, as far as it sends responses. */
export interface ResponseSender extends StreamOwner {
  sendInformational(head: ResponseHead): void;
  sendHead(head: ResponseHead, end: boolean): void;
  reply(outcome: Outcome, message: string, fields?: Fields): void;
}

/** A request that came in, and the way to answer it. */
export class Http1ServerStream extends Http1Stream implements ServerStream, Asked {
  readonly method: string;
  readonly old: boolean;
  readonly upgrade: string;
  readonly websocketKey: string;
  listener: StreamHandler | undefined = undefined;
  /** What happened to the connection while the owner had not yet said who listens. */
  lost: Fault | undefined = undefined;
  private readonly sender: ResponseSender;

  constructor(sender: ResponseSender, method: string, old: boolean, upgrade: string, websocketKey: string) {
    super(sender);
    this.sender = sender;
    this.method = method;
    this.old = old;
    this.upgrade = upgrade;
    this.websocketKey = websocketKey;
    this.listener = undefined;
    this.lost = undefined;
  }

  sendInformational(head: ResponseHead): void {
    if (!this.over) this.sender.sendInformational(head);
  }

  sendHead(head: ResponseHead, end: boolean): void {
    if (!this.over) this.sender.sendHead(head, end);
  }

  reply(outcome: Outcome, message: string, fields?: Fields): void {
    if (!this.over) this.sender.reply(outcome, message, fields);
  }
}
