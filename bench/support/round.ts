import type {
  Bytes,
  ClientHost,
  Fault,
  Protocol,
  RequestHead,
  ResponseHandler,
  ResponseHead,
  ServerHost,
  ServerStream,
  StreamHandler,
  Transport,
} from '../../src/protocol/index.ts';
import type { ClientStream } from '../../src/protocol/stream.ts';

class Sink implements Transport {
  readonly secure = false;
  readonly writable = true;
  written = 0;

  write(bytes: Bytes): void {
    this.written += bytes.length;
  }
  pause(): void {}
  resume(): void {}
  end(): void {}
  close(): void {}
  fail(fault: Fault): void {
    throw new Error(fault.detail);
  }
}

class Upstream extends Sink implements ClientHost {
  onRoom(): void {}
  onGoAway(): void {}
}

/** The least that a proxy does: it hands each call to the other side. */
class Exchange implements ResponseHandler {
  private readonly down: ServerStream;

  constructor(down: ServerStream) {
    this.down = down;
  }
  onInformational(head: ResponseHead): void {
    this.down.sendInformational(head);
  }
  onHead(head: ResponseHead, end: boolean): void {
    this.down.sendHead(head, end);
  }
  onData(bytes: Bytes, end: boolean): void {
    this.down.sendData(bytes, end);
  }
  onTrailers(): void {}
  onReset(fault: Fault): void {
    this.down.reset(fault);
  }
  onDrain(): void {}
}

class Request implements StreamHandler {
  private readonly up: ClientStream;

  constructor(up: ClientStream) {
    this.up = up;
  }
  onData(bytes: Bytes, end: boolean): void {
    this.up.sendData(bytes, end);
  }
  onTrailers(): void {}
  onReset(fault: Fault): void {
    this.up.reset(fault);
  }
  onDrain(): void {}
}

/** One request through a server codec and a client codec, whose connections stay. */
export function round(protocol: Protocol, request: Bytes, response: Bytes): () => void {
  const upstream = new Upstream();
  const client = protocol.client(upstream);
  const downstream: ServerHost = Object.assign(new Sink(), {
    onRequest(stream: ServerStream, head: RequestHead, end: boolean): StreamHandler {
      // What every router looks at.
      if (head.path === '' || head.authority === '') throw new Error('the head is not what was sent');
      const up = client.open(new Exchange(stream));
      up.sendHead(head, end);
      return new Request(up);
    },
  });
  const server = protocol.server(downstream);
  return () => {
    server.read(request);
    client.read(response);
    if (server.activeStreams + client.activeStreams > 0) throw new Error('the request was not answered');
  };
}
