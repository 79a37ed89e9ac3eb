/** `node dist/examples/http-sample/server.js [PORT]`: an HTTP server that tells its caller what it was asked, as it arrived here. */
import { createServer } from 'node:http';

const port = Number(process.argv[2] ?? 8080);

const server = createServer(async (request, response) => {
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
});

server.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
server.listen(port, '127.0.0.1', () => console.log(`the application listens on 127.0.0.1:${port}`));
