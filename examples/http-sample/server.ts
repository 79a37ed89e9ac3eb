/** `node dist/examples/http-sample/server.js [PORT]`: an HTTP server that tells its caller what it was asked, as it arrived here. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pathToFileURL } from 'node:url';

/** Listens on 127.0.0.1. Rejects with Node's error when it cannot. */
export async function startServer(port: number): Promise<void> {
  const server = createServer(answer);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  console.log(`the application listens on 127.0.0.1:${port}`);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bodyBytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) bodyBytes += part.length;
  } catch {
    // The caller has left in the middle of its body: there is nobody to answer.
    response.destroy();
    return;
  }
  console.log(`${request.method} ${request.url}`);
  const lines = [
    `Method: ${request.method}`,
    `Protocol: HTTP/${request.httpVersion}`,
    `Target: ${request.url}`,
    `Host: ${request.headers.host ?? ''}`,
    `Caller: ${request.socket.remoteAddress}:${request.socket.remotePort}`,
    `Body: ${bodyBytes} bytes`,
    '',
    'Headers:',
  ];
  for (let at = 0; at < request.rawHeaders.length; at += 2) lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`${lines.join('\n')}\n`);
}

const [, program = '', port = '8080'] = process.argv;
if (import.meta.url === pathToFileURL(program).href) {
  startServer(Number(port)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
