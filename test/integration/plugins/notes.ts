/** Both ends of the protocol `note` of examples/plugins/protocol, on plain sockets. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { within } from '../../support/deadline.ts';

const PREFIX = 12;
const REQUEST = 1;
const RESPONSE = 2;

interface Note {
  readonly kind: number;
  readonly status: number;
  readonly id: number;
  readonly text: string;
}

function written({ kind, status, id, text }: Note): Buffer {
  const payload = Buffer.from(text);
  const bytes = Buffer.alloc(PREFIX + payload.length);
  bytes.write('NT');
  bytes[2] = kind;
  bytes[3] = status;
  bytes.writeUInt32BE(id, 4);
  bytes.writeUInt32BE(payload.length, 8);
  payload.copy(bytes, PREFIX);
  return bytes;
}

function readNotes(socket: Socket, heard: (note: Note) => void): void {
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= PREFIX && unread.length >= PREFIX + unread.readUInt32BE(8)) {
      const end = PREFIX + unread.readUInt32BE(8);
      const text = unread.toString('utf8', PREFIX, end);
      heard({ kind: unread.readUInt8(2), status: unread.readUInt8(3), id: unread.readUInt32BE(4), text });
      unread = unread.subarray(end);
    }
  });
}

/** A server that answers each note. */
export async function noteServer(answer: (text: string) => string): Promise<{ readonly address: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    readNotes(socket, ({ id, text }) => socket.write(written({ kind: RESPONSE, status: 0, id, text: answer(text) })));
  });
  await within(once(server.listen(0, '127.0.0.1'), 'listening'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A client that sends one note at a time. */
export class NoteClient {
  private readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
  }

  static async dial(port: number): Promise<NoteClient> {
    const socket = connect(port, '127.0.0.1');
    await within(once(socket, 'connect'), 'a connection');
    return new NoteClient(socket);
  }

  call(id: number, text: string): Promise<Omit<Note, 'kind'>> {
    const answered = new Promise<Omit<Note, 'kind'>>((resolve) => {
      this.socket.removeAllListeners('data');
      readNotes(this.socket, ({ kind: _, ...note }) => resolve(note));
    });
    this.socket.write(written({ kind: REQUEST, status: 0, id, text }));
    return within(answered, 'an answer');
  }

  close(): void {
    this.socket.destroy();
  }
}
