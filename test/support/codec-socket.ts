import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type {
  Bytes,
  ClientCodec,
  ClientHost,
  Codec,
  Fault,
  Protocol,
  RequestHead,
  ServerHost,
  ServerStream,
  StreamHandler,
} from 'meshloom/protocol';

/** The least that joins a codec to a socket, for tests with foreign peers: no timers, no limits, no gathering of writes but by cork. */
abstract class CodecSocket {
  readonly secure = false;
  readonly socket: Socket;
  abstract readonly codec: Codec;
  private corked = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Bytes) => this.codec.read(chunk));
    socket.on('end', () => this.codec.readEnd());
    socket.on('drain', () => this.codec.drained());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.codec.abort({ code: 'closed', origin: 'local', processed: 'maybe', detail: 'the socket was closed' }));
  }

  get writable(): boolean {
    return !this.socket.writableNeedDrain;
  }

  write(bytes: Bytes): void {
    if (!this.corked) {
      this.corked = true;
      this.socket.cork();
      process.nextTick(() => {
        this.corked = false;
        this.socket.uncork();
      });
    }
    this.socket.write(bytes);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  end(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.end();
  }

  fail(why: Fault): void {
    this.codec.abort(why);
    this.socket.end();
  }
}

export type OnRequest = (stream: ServerStream, head: RequestHead, end: boolean) => StreamHandler;

class ServerSocket extends CodecSocket implements ServerHost {
  readonly codec: Codec;
  readonly onRequest: OnRequest;

  constructor(socket: Socket, protocol: Protocol, onRequest: OnRequest) {
    super(socket);
    this.onRequest = onRequest;
    this.codec = protocol.server(this);
    this.codec.start?.();
  }
}

export class ClientSocket extends CodecSocket implements ClientHost {
  readonly codec: ClientCodec;
  wentAway = false;

  constructor(socket: Socket, protocol: Protocol) {
    super(socket);
    this.codec = protocol.client(this);
    this.codec.start?.();
  }

  onRoom(): void {}

  onGoAway(): void {
    this.wentAway = true;
  }
}

export interface CodecServer {
  readonly port: number;
  readonly codecs: ReadonlySet<Codec>;
  close(): Promise<void>;
}

/** Serves a protocol on a port of 127.0.0.1. */
export async function serveCodec(protocol: Protocol, onRequest: OnRequest): Promise<CodecServer> {
  const codecs = new Set<Codec>();
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    const { codec } = new ServerSocket(socket, protocol, onRequest);
    codecs.add(codec);
    sockets.add(socket);
    socket.on('close', () => {
      codecs.delete(codec);
      sockets.delete(socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    codecs,
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

export async function dialCodec(protocol: Protocol, port: number): Promise<ClientSocket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return new ClientSocket(socket, protocol);
}
