import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead, ResponseHead } from '../protocol/head.ts';
import type { ClientStream, ResponseHandler, ServerStream, StreamHandler } from '../protocol/stream.ts';
import { outcomeOfFault } from './fault-reply.ts';

/** A client whose connection can be asked, too: undefined where its protocol, or its end, allows no asking. */
export interface AskableClient {
  open(handler: ResponseHandler): ClientStream | undefined;
}

/** One request from an upstream to the client whose connection it was bound to: two streams wired crosswise, and no route to find. */
export class Callback implements StreamHandler {
  /** What the upstream asked. */
  private readonly asked: ServerStream;
  /** Where the client is asked. */
  private asking: ClientStream | undefined = undefined;

  constructor(asked: ServerStream) {
    this.asked = asked;
  }

  ask(client: AskableClient, head: RequestHead, end: boolean): void {
    this.asking = client.open(new CallbackAnswer(this.asked));
    if (this.asking === undefined) this.asked.reply('unavailable', 'the client cannot be asked');
    else this.asking.sendHead(head, end);
  }

  onData(bytes: Bytes, end: boolean): void {
    this.asking?.sendData(bytes, end);
  }
  onTrailers(trailers: Fields): void {
    this.asking?.sendTrailers(trailers);
  }
  onReset(why: Fault): void {
    this.asking?.reset(why);
  }
  // Frames are whole before they are asked: there is nothing to slow down.
  onDrain(): void {}
}

/** What the client answers. */
class CallbackAnswer implements ResponseHandler {
  private readonly asked: ServerStream;
  private begun = false;

  constructor(asked: ServerStream) {
    this.asked = asked;
  }

  onInformational(head: ResponseHead): void {
    this.asked.sendInformational(head);
  }
  onHead(head: ResponseHead, end: boolean): void {
    this.begun = true;
    this.asked.sendHead(head, end);
  }
  onData(bytes: Bytes, end: boolean): void {
    this.asked.sendData(bytes, end);
  }
  onTrailers(trailers: Fields): void {
    this.asked.sendTrailers(trailers);
  }
  onReset(why: Fault): void {
    if (this.begun) this.asked.reset(why);
    else this.asked.reply(outcomeOfFault(why), why.detail);
  }
  onDrain(): void {}
}
