import type { Socket } from 'node:net';
import type { Bytes } from '../base/bytes.ts';
import { CallbackTimer, type Timers } from '../base/timers.ts';

/** What the first bytes of a connection have told, and how many of them were for this reader alone. The others stay unread. */
export interface FirstBytes<T> {
  readonly found: T;
  readonly taken: number;
}

/**
 * Reads a connection as far as `read` needs, which is given all that has come and says 'more' or what it has found. `then` gets that with
 * the socket paused, and what was not taken unread again. A peer that ends before, or takes longer than `timeoutMs` (0: for ever), has its
 * socket destroyed.
 */
export function readFirstBytes<T>(
  socket: Socket,
  timers: Timers,
  timeoutMs: number,
  read: (prefix: Bytes) => FirstBytes<T> | 'more',
  then: (found: T) => void,
): void {
  let prefix: Bytes = Buffer.alloc(0);
  const destroy = (): void => {
    socket.destroy();
  };
  const timer = new CallbackTimer(destroy);
  const stop = (): void => {
    timers.cancel(timer);
    socket.off('data', onData).off('end', destroy).off('close', stop);
  };
  const onData = (chunk: Bytes): void => {
    prefix = prefix.length === 0 ? chunk : Buffer.concat([prefix, chunk]);
    const answer = read(prefix);
    if (answer === 'more') return;
    stop();
    socket.pause();
    if (answer.taken < prefix.length) socket.unshift(prefix.subarray(answer.taken));
    then(answer.found);
  };
  if (timeoutMs > 0) timers.schedule(timer, timeoutMs);
  socket.on('data', onData).on('end', destroy).on('close', stop).off('error', ignore).on('error', ignore);
  // One that was read from before stands still.
  socket.resume();
}

/** Makes a socket that was read from as if nobody had ever touched it. */
export function releaseSocket(socket: Socket): void {
  socket.off('error', ignore);
  socket.resume();
}

/** A connection that breaks before it has begun is nobody's loss; its `close` follows. */
function ignore(): void {}
