import type {
  Bytes,
  ClientCodec,
  ClientStream,
  Fault,
  Fields,
  RequestHead,
  ResponseHandler,
  ResponseHead,
  ServerStream,
  StreamHandler,
} from 'meshloom/protocol';

/** A proxy of nothing: two streams of two codecs wired crosswise, backpressure, trailers and resets included. */
export class Crossing implements StreamHandler {
  private readonly up: ClientStream;
  private downPaused = false;

  constructor(down: ServerStream, codec: ClientCodec, head: RequestHead, end: boolean) {
    this.down = down;
    this.up = codec.open(new Answer(this));
    this.up.sendHead(head, end);
  }

  readonly down: ServerStream;

  onData(bytes: Bytes, end: boolean): void {
    this.up.sendData(bytes, end);
    if (end || this.up.writable || this.downPaused) return;
    this.downPaused = true;
    this.down.pause();
  }

  onTrailers(fields: Fields): void {
    this.up.sendTrailers(fields);
  }

  onReset(why: Fault): void {
    this.up.reset(why);
  }

  onDrain(): void {
    this.up.resume();
  }

  upHasRoom(): void {
    if (!this.downPaused) return;
    this.downPaused = false;
    this.down.resume();
  }

  pauseUp(): void {
    this.up.pause();
  }
}

class Answer implements ResponseHandler {
  private readonly crossing: Crossing;

  constructor(crossing: Crossing) {
    this.crossing = crossing;
  }

  onInformational(head: ResponseHead): void {
    this.crossing.down.sendInformational(head);
  }

  onHead(head: ResponseHead, end: boolean): void {
    this.crossing.down.sendHead(head, end);
  }

  onData(bytes: Bytes, end: boolean): void {
    const { down } = this.crossing;
    down.sendData(bytes, end);
    if (!end && !down.writable) this.crossing.pauseUp();
  }

  onTrailers(fields: Fields): void {
    this.crossing.down.sendTrailers(fields);
  }

  onReset(why: Fault): void {
    this.crossing.down.reset(why);
  }

  onDrain(): void {
    this.crossing.upHasRoom();
  }
}
