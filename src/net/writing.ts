import type { Socket } from 'node:net';
import type { Bytes } from '../base/bytes.ts';

/** How bytes get from a connection into its socket. */
export interface Writing {
  /** Bytes that the system has not taken yet. */
  readonly queuedBytes: number;
  /** Gives them to the system, or queues them. With `tell` the listener hears when the system has taken them, and not before this returns. */
  write(bytes: Bytes | Bytes[], length: number, tell: boolean): void;
  /** Whether the system has taken something since this was asked last, and the socket's timeout does not know. */
  moved(): boolean;
}

export interface WritingListener {
  /** The system has taken something. */
  onWritten(): void;
}

/** Through the stream that Node has made of the socket: every socket can do that. */
export class StreamWriting implements Writing {
  private readonly socket: Socket;
  private readonly listener: WritingListener;
  /** Made for the first write that asks for it: most connections are never full. */
  private told: (() => void) | undefined = undefined;

  constructor(socket: Socket, listener: WritingListener) {
    this.socket = socket;
    this.listener = listener;
  }

  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  write(bytes: Bytes | Bytes[], _length: number, tell: boolean): void {
    if (tell) this.told ??= () => this.listener.onWritten();
    const told = tell ? this.told : undefined;
    const { socket } = this;
    if (!Array.isArray(bytes)) {
      socket.write(bytes, told);
      return;
    }
    socket.cork();
    for (const each of bytes) socket.write(each, told);
    socket.uncork();
  }

  /** The socket's timeout sees by itself whether its queue moves. */
  moved(): boolean {
    return false;
  }
}
