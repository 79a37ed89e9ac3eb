import {
  type Bytes,
  FieldList,
  type RequestHead,
  type ResponseHead,
  type ServerHost,
  type ServerStream,
  type StreamHandler,
} from 'meshloom/protocol';
import { TunnelConnection } from './connection.ts';
import { Tunnel } from './tunnel.ts';

/** There is nothing to know before the bytes themselves: routes can only match it by default. */
function tunnelHead(): RequestHead {
  return {
    protocol: 'tcp',
    scheme: '',
    authority: '',
    path: '',
    method: '',
    fields: new FieldList(),
    oneWay: false,
    idempotent: false,
    timeoutMs: undefined,
    upgrade: 'tcp',
  };
}

/** The stream begins with the connection, not with its first byte: in many protocols the server speaks first. */
export class TcpServer extends TunnelConnection<TcpServerStream, ServerHost> {
  start(): void {
    this.begin();
  }

  read(chunk: Bytes): void {
    this.begin()?.receive(chunk);
  }

  readEnd(): void {
    this.begin()?.receiveEnd();
  }

  private begin(): TcpServerStream | undefined {
    if (this.stream === undefined && !this.closed) {
      const stream = new TcpServerStream(this.host);
      this.stream = stream;
      stream.open(this.host.onRequest(stream, tunnelHead(), false));
    }
    return this.stream;
  }
}

class TcpServerStream extends Tunnel implements ServerStream {
  protected listener: StreamHandler | undefined = undefined;

  open(handler: StreamHandler): void {
    this.listener = handler;
    this.deliver();
  }

  sendInformational(): void {}

  /** An accepting head has no bytes; any other one closes, for its text is none of the tunnel's bytes. */
  sendHead(head: ResponseHead, end: boolean): void {
    if (head.outcome !== 'ok') this.finish();
    else if (end) this.sendTrailers();
  }

  reply(): void {
    this.finish();
  }
}
