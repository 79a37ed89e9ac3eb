import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Bytes } from '../../base/bytes.ts';
import { formatHostAndPort, type IpAddress } from '../address.ts';

/** Where a datagram came from, and where answers to it go. */
export interface DatagramSource {
  /** As the socket wants it: an IPv4 address that came in through IPv6 is in IPv6. */
  readonly address: string;
  readonly port: number;
}

/** Hears a socket. */
export interface DatagramOwner {
  onDatagram(bytes: Bytes, from: DatagramSource): void;
  /** A datagram was lost, or the peer says that nobody listens there. The socket stays. */
  onDatagramError(error: Error): void;
}

/** Bytes that wait for the system, from which on more datagrams are thrown away: UDP never waits. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

/** A UDP socket, either bound to an address for many peers, or connected to one. What cannot be sent now is lost, as UDP allows. */
export class DatagramSocket {
  private readonly socket: Socket;
  private readonly owner: DatagramOwner;
  private state: 'opening' | 'open' | 'closed' = 'opening';
  /** Before a peer's name is known. */
  private early: Bytes[] = [];
  /** Thrown away for want of room. */
  dropped = 0;

  private constructor(socket: Socket, owner: DatagramOwner) {
    this.socket = socket;
    this.owner = owner;
    socket.on('message', (bytes: Bytes, from: RemoteInfo) => {
      if (this.state === 'open') owner.onDatagram(bytes, from);
    });
  }

  /** Resolves when it is bound. Rejects with the system's error. An empty host is every address of this machine. */
  static async bind({ host, port }: IpAddress, owner: DatagramOwner): Promise<DatagramSocket> {
    const socket = createSocket(host === '' || isIPv6(host) ? 'udp6' : 'udp4');
    const bound = new DatagramSocket(socket, owner);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ port, ...(host === '' ? {} : { address: host }) }, resolve);
    });
    bound.opened();
    return bound;
  }

  /** Datagrams may be sent at once; a few wait while the address of a name is looked up, which is one of IPv4. */
  static connect({ host, port }: IpAddress, owner: DatagramOwner): DatagramSocket {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const connected = new DatagramSocket(socket, owner);
    const failed = (error: Error): void => connected.tell(error);
    socket.once('error', failed);
    socket.connect(port, host === '' ? 'localhost' : host, () => {
      socket.off('error', failed);
      connected.opened();
    });
    return connected;
  }

  /** `ip:port` of this end. */
  get localAddress(): string {
    const { address, port } = this.socket.address();
    return formatHostAndPort(address, port);
  }

  /** `to`: of a socket that is bound. */
  send(bytes: Bytes, to?: DatagramSource): void {
    if (this.state === 'closed') return;
    const queued = this.state === 'opening' ? this.early.reduce((sum, each) => sum + each.length, 0) : this.socket.getSendQueueSize();
    if (queued + bytes.length > MAX_QUEUED_BYTES) {
      this.dropped++;
      return;
    }
    if (this.state === 'opening') this.early.push(bytes);
    else if (to === undefined) this.socket.send(bytes, this.sent);
    else this.socket.send(bytes, to.port, to.address, this.sent);
  }

  close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.early = [];
    // A look-up that is under way may still fail.
    this.socket.removeAllListeners('error').on('error', ignore);
    this.socket.close();
  }

  private readonly sent = (error: Error | null): void => {
    if (error !== null) this.tell(error);
  };

  private opened(): void {
    if (this.state === 'closed') return;
    this.state = 'open';
    this.socket.removeAllListeners('error').on('error', (error) => this.tell(error));
    for (const bytes of this.early.splice(0)) this.send(bytes);
  }

  private tell(error: Error): void {
    if (this.state !== 'closed') this.owner.onDatagramError(error);
  }
}

function ignore(): void {}
