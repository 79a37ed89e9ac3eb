import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { within } from './deadline.ts';
import { type Message, parseMessage } from './http1-message.ts';

const NOTHING: Buffer = Buffer.alloc(0);

/** Sends RST. After our FIN nothing can: Node 20 fails then, and keeps the socket for ever; it is closed as it is. */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** One end of a TCP connection that says and expects exact bytes. Text is latin1: one character, one byte. */
export class RawConnection {
  readonly socket: Socket;
  /** What has arrived and nobody has taken yet. */
  unread: Buffer = NOTHING;
  /** The peer has sent FIN, or the connection is gone. */
  ended = false;
  /** The connection is gone. */
  closed = false;
  private changed: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.unread = this.unread.length === 0 ? chunk : Buffer.concat([this.unread, chunk]);
      this.changed();
    });
    socket.on('end', () => {
      this.ended = true;
      this.changed();
    });
    // A reset is an end like any other here; `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.closed = true;
      this.changed();
    });
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    await within(once(socket, 'connect'), `connection to ${port}`);
    return new RawConnection(socket);
  }

  send(bytes: string | Buffer): this {
    this.socket.write(bytes, 'latin1');
    return this;
  }

  /** Sends FIN. */
  end(): this {
    this.socket.end();
    return this;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Sends RST. */
  reset(): void {
    resetSocket(this.socket);
  }

  /** Stops taking bytes from the kernel, as a peer does that is slow. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** What `take` makes of the unread bytes, as soon as it makes something of them. */
  private async when<T>(take: () => T | undefined, what: string): Promise<T> {
    const taken = new Promise<T>((resolve, reject) => {
      this.changed = () => {
        try {
          const value = take();
          if (value !== undefined) resolve(value);
          else if (this.ended) reject(new Error(`${what}: the connection ended after ${JSON.stringify(this.unread.toString('latin1'))}`));
        } catch (error) {
          reject(error as Error);
        }
      };
      this.changed();
    });
    try {
      return await within(taken, what);
    } catch (error) {
      throw new Error(`${what}; unread: ${JSON.stringify(this.unread.toString('latin1', 0, 2000))}`, { cause: error });
    } finally {
      this.changed = () => undefined;
    }
  }

  private shift(count: number): Buffer {
    const taken = this.unread.subarray(0, count);
    this.unread = this.unread.subarray(count);
    return taken;
  }

  read(count: number): Promise<Buffer> {
    return this.when(() => (this.unread.length < count ? undefined : this.shift(count)), `${count} bytes`);
  }

  /** Everything up to and with `marker`. */
  readUntil(marker: string): Promise<string> {
    return this.when(
      () => {
        const at = this.unread.indexOf(marker, 0, 'latin1');
        return at < 0 ? undefined : this.shift(at + marker.length).toString('latin1');
      },
      `bytes up to ${JSON.stringify(marker)}`,
    );
  }

  /** The next bytes are exactly these. */
  async expect(text: string): Promise<void> {
    assert.equal((await this.read(text.length)).toString('latin1'), text);
  }

  /** The next whole HTTP/1.1 message. `bodiless`: it answers HEAD. */
  message(options: { bodiless?: boolean } = {}): Promise<Message> {
    return this.when(() => {
      const parsed = parseMessage(this.unread, { ...options, ended: this.ended });
      if (parsed === undefined) return undefined;
      this.shift(parsed.length);
      return parsed.message;
    }, 'an HTTP message');
  }

  /** The peer ends the connection, in whatever way. Returns what it said before that. */
  untilEnd(): Promise<string> {
    return this.when(() => (this.ended ? this.shift(this.unread.length).toString('latin1') : undefined), 'end of the connection');
  }

  /** The peer ends the connection and says nothing before that. */
  async expectEnd(): Promise<void> {
    assert.equal(await this.untilEnd(), '');
  }
}

/** A TCP server whose every connection is scripted by the test. */
export class RawServer {
  readonly port: number;
  /** How many connections have come in so far. */
  accepted = 0;
  readonly connections: RawConnection[] = [];
  private readonly server: Server;
  private taken = 0;
  private arrived: () => void = () => undefined;

  private constructor(server: Server) {
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.accepted++;
      this.connections.push(new RawConnection(socket));
      this.arrived();
    });
  }

  static async listen(port = 0): Promise<RawServer> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }).listen(port, '127.0.0.1');
    await within(once(server, 'listening'), 'listening');
    return new RawServer(server);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The next connection in the order of their coming. */
  async accept(): Promise<RawConnection> {
    if (this.taken >= this.connections.length) {
      await within(
        new Promise<void>((resolve) => {
          this.arrived = resolve;
        }),
        'an incoming connection',
      );
    }
    return this.connections[this.taken++]!;
  }

  /** Ends all connections and waits until their peers have ended them too: none of them is used or handed out again. */
  async endConnections(): Promise<void> {
    for (const connection of this.connections) connection.end();
    this.taken = this.connections.length;
    await Promise.all(this.connections.map((connection) => connection.untilEnd()));
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await within(once(this.server, 'close'), 'end of the server');
  }
}
