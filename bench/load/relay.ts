/**
 * `node relay.js LISTEN_PORT TARGET_PORT`: hands bytes on and looks at none of them. One connection to the target for each that comes
 * in. What it costs is the floor of any proxy in Node: the kernel, libuv and node:net, and nothing else.
 */
import { connect, createServer, type Socket } from 'node:net';

const [listenPort, targetPort] = process.argv.slice(2).map(Number) as [number, number];

function pump(from: Socket, to: Socket): void {
  from.on('data', (chunk) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
}

createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  pump(client, target);
  pump(target, client);
}).listen({ port: listenPort, host: '127.0.0.1', backlog: 4096 });
