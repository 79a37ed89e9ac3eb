import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Child } from '../../support/child.ts';
import type { StageProtocol } from '../../support/feature-stage.ts';
import { RawConnection } from '../../support/raw-connection.ts';

const PROGRAM = fileURLToPath(new URL('./backend-program.js', import.meta.url));

/** A backend that is a process of its own. */
export class ProcessHost {
  readonly name: string;
  private readonly protocol: StageProtocol;
  private child!: Child;
  private port = 0;

  private constructor(protocol: StageProtocol, name: string) {
    this.protocol = protocol;
    this.name = name;
  }

  static async start(protocol: StageProtocol, name: string): Promise<ProcessHost> {
    const host = new ProcessHost(protocol, name);
    await host.restart();
    return host;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** At the same address. */
  async restart(): Promise<void> {
    this.child = new Child(`backend ${this.name}`, process.execPath, [PROGRAM, this.protocol, this.name, String(this.port)], {
      channel: true,
    });
    this.port = await this.child.message<number>();
  }

  async kill(): Promise<void> {
    await this.child.stop('SIGKILL');
  }

  /** The process stands still: the system goes on taking connections for it, and bytes, until its queues are full. */
  freeze(): void {
    this.child.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.process.kill('SIGCONT');
  }
}

/** A backend that does what no backend should with each connection. */
export class RawHost {
  readonly address: string;
  /** How many have been accepted. */
  connections = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server, behave: (socket: Socket) => void) {
    this.server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
      behave(socket);
    });
  }

  static async start(behave: (socket: Socket) => void): Promise<RawHost> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RawHost(server, behave);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

/** Listens, but its process never accepts, and so many have called already that the system takes no more for it. */
export class FullHost {
  readonly address: string;
  private readonly child: Child;
  private readonly callers: RawConnection[];

  private constructor(address: string, child: Child, callers: RawConnection[]) {
    this.address = address;
    this.child = child;
    this.callers = callers;
  }

  static async start(): Promise<FullHost> {
    // Linux takes one more than the backlog says.
    const program = "require('node:net').createServer().listen(0, '127.0.0.1', 1, function () { process.send(this.address().port) })";
    const child = new Child('host with a full queue', process.execPath, ['-e', program], { channel: true });
    const port = await child.message<number>();
    child.process.kill('SIGSTOP');
    const callers = [await RawConnection.open(port), await RawConnection.open(port)];
    return new FullHost(`127.0.0.1:${port}`, child, callers);
  }

  async close(): Promise<void> {
    for (const caller of this.callers) caller.destroy();
    await this.child.stop('SIGKILL');
  }
}
