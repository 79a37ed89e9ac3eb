/** `node dubbo-backend.js PORT`: answers calls of `echo(String)` with their argument, as many in one write as came in one read. */
import { createServer, type Socket } from 'node:net';
import { HEAD_BYTES, ID_AT, LENGTH_AT, REQUEST, responseFrame, TEXTS_BEFORE_ARGUMENT, textBounds } from './dubbo-frames.ts';

/** An answer with no value in it: what stands before the value, and what behind it. */
const EMPTY = responseFrame('');
const BEFORE_VALUE = HEAD_BYTES + 1;
const AFTER_VALUE = EMPTY.subarray(BEFORE_VALUE + 1);

function answer(frame: Buffer): Buffer {
  if (frame.readUInt32BE(0) !== REQUEST) throw new Error(`not a request: ${frame.toString('hex', 0, HEAD_BYTES)}`);
  let at = HEAD_BYTES;
  for (let text = 0; text < TEXTS_BEFORE_ARGUMENT; text++) [, at] = textBounds(frame, at);
  const [, end] = textBounds(frame, at);
  const bytes = Buffer.allocUnsafe(BEFORE_VALUE + (end - at) + AFTER_VALUE.length);
  EMPTY.copy(bytes, 0, 0, BEFORE_VALUE);
  frame.copy(bytes, ID_AT, ID_AT, LENGTH_AT);
  bytes.writeUInt32BE(bytes.length - HEAD_BYTES, LENGTH_AT);
  frame.copy(bytes, BEFORE_VALUE, at, end);
  AFTER_VALUE.copy(bytes, BEFORE_VALUE + end - at);
  return bytes;
}

function serve(socket: Socket): void {
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    const answers: Buffer[] = [];
    for (;;) {
      const end = unread.length < HEAD_BYTES ? Number.POSITIVE_INFINITY : HEAD_BYTES + unread.readUInt32BE(LENGTH_AT);
      if (end > unread.length) break;
      answers.push(answer(unread.subarray(0, end)));
      unread = unread.subarray(end);
    }
    if (answers.length > 0) socket.write(answers.length === 1 ? answers[0]! : Buffer.concat(answers));
  });
  // Whoever breaks off is missed by nobody: the load generator counts.
  socket.on('error', () => undefined);
}

createServer({ noDelay: true }, serve).listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
