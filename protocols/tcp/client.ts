import {
  type Bytes,
  type ClientCodec,
  type ClientHost,
  type ClientStream,
  EMPTY,
  FieldList,
  type RequestHead,
  type ResponseHandler,
  type ResponseHead,
  type StreamHandler,
} from 'meshloom/protocol';
import { TunnelConnection } from './connection.ts';
import { Tunnel } from './tunnel.ts';

/** A connection that stands is all the acceptance that there is. */
function acceptance(): ResponseHead {
  return { protocol: 'tcp', outcome: 'ok', code: 200, status: 200, fields: new FieldList(), upgraded: true };
}

/** Room for one stream, once. */
export class TcpClient extends TunnelConnection<TcpClientStream, ClientHost> implements ClientCodec {
  /** What a server that speaks first said to a connection that nobody uses yet; the transport is paused meanwhile. */
  private early: Bytes[] = [];

  get room(): number {
    return this.stream === undefined && !this.closed ? 1 : 0;
  }

  open(handler: ResponseHandler): ClientStream {
    const stream = new TcpClientStream(this.host, handler);
    this.stream = stream;
    for (const chunk of this.early.splice(0)) {
      stream.receive(chunk);
      this.host.resume();
    }
    return stream;
  }

  read(chunk: Bytes): void {
    if (this.stream !== undefined) {
      this.stream.receive(chunk);
      return;
    }
    this.early.push(chunk);
    this.host.pause();
  }

  readEnd(): void {
    if (this.stream !== undefined) this.stream.receiveEnd();
    else this.goAway();
  }
}

class TcpClientStream extends Tunnel implements ClientStream {
  private readonly handler: ResponseHandler;
  private accepted = false;

  constructor(host: ClientHost, handler: ResponseHandler) {
    super(host);
    this.handler = handler;
  }

  /** Before the head there is nobody who expects data. */
  protected get listener(): StreamHandler | undefined {
    return this.accepted || this.over ? this.handler : undefined;
  }

  sendHead(_head: RequestHead, end: boolean): void {
    if (this.over || this.accepted) return;
    this.accepted = true;
    this.handler.onHead(acceptance(), false);
    if (end) this.sendData(EMPTY, true);
    this.deliver();
  }
}
