import type { Socket } from 'node:net';
import type { Bytes } from '../base/bytes.ts';

/** What a socket tells of itself. */
export interface SocketEvents {
  onSocketConnect(): void;
  onSocketData(chunk: Bytes): void;
  onSocketEnd(): void;
  /** Everything that was written has left, our FIN too. */
  onSocketFinish(): void;
  onSocketTimeout(): void;
  onSocketError(error: Error): void;
  onSocketClose(): void;
}

/** A socket's listeners are functions that all sockets share, and find whom to tell here: closures would cost 300 bytes a connection. */
const LISTENER = Symbol('listener');

interface HeardSocket extends Socket {
  [LISTENER]: SocketEvents;
}

export function hear(socket: Socket, listener: SocketEvents): void {
  (socket as HeardSocket)[LISTENER] = listener;
  socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
}

/** What a socket with TLS emits when its peer is who it should be: handshake, certificate, name, all of it. */
export const TRUSTED = 'trusted';

/** Before that event, a socket is being dialled. */
export function hearConnect(socket: Socket, event: 'connect' | typeof TRUSTED): void {
  socket.once(event, onConnect);
}

/** What only closing needs to know. */
export function hearFlush(socket: Socket): void {
  socket.once('finish', onFinish).once('timeout', onTimeout);
}

function onConnect(this: HeardSocket): void {
  this[LISTENER].onSocketConnect();
}

function onData(this: HeardSocket, chunk: Bytes): void {
  this[LISTENER].onSocketData(chunk);
}

function onEnd(this: HeardSocket): void {
  this[LISTENER].onSocketEnd();
}

function onFinish(this: HeardSocket): void {
  this[LISTENER].onSocketFinish();
}

function onTimeout(this: HeardSocket): void {
  this[LISTENER].onSocketTimeout();
}

function onError(this: HeardSocket, error: Error): void {
  this[LISTENER].onSocketError(error);
}

function onClose(this: HeardSocket): void {
  this[LISTENER].onSocketClose();
}
