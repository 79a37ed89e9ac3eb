import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../../support/random.ts';
import { resetSocket } from '../../support/raw-connection.ts';

/** A server that can be killed, and comes back at the same port. */
export abstract class MortalServer {
  protected readonly random: Random;
  private server: Server | undefined;
  private lastPort = 0;
  private readonly sockets = new Set<Socket>();

  constructor(random: Random) {
    this.random = random;
  }

  get port(): number {
    return this.lastPort;
  }

  protected abstract converse(socket: Socket): void;

  async start(): Promise<this> {
    await this.revive();
    return this;
  }

  /** As SIGKILL leaves it: nobody listens, and every connection is gone at once. */
  async kill(): Promise<void> {
    if (this.server === undefined) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) this.cut(socket);
    await closed;
  }

  async revive(): Promise<void> {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
      this.converse(socket);
    });
    this.server.listen(this.lastPort, '127.0.0.1');
    await once(this.server, 'listening');
    this.lastPort = (this.server.address() as AddressInfo).port;
  }

  protected cut(socket: Socket): void {
    if (this.random.chance(0.5)) resetSocket(socket);
    else socket.destroy();
  }
}
