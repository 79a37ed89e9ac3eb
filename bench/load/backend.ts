/** Who answers behind the proxies: nginx where it is installed, because it costs little; else a server of Node's own. */
import { fileURLToPath } from 'node:url';
import type { Child } from '../../test/support/child.ts';
import { writeConfiguration } from '../../test/support/configuration.ts';
import { untilListening } from '../../test/support/ports.ts';
import { findTool } from '../../test/support/tools.ts';
import { LOAD_CORE, startPinned } from './pinned.ts';

/** What the two paths answer with: 20 bytes, and 4 KiB. */
export const SMALL_BODY = 'hello from upstream\n';
export const LARGE_BODY = 'abcdefghijklmnopqrstuvwxyz01234\n'.repeat(128);

// A parameter of nginx is shorter than 4 KiB: the large body is half of it, twice.
const nginxConfiguration = (port: number, folder: string): string => `daemon off;
worker_processes 1;
worker_rlimit_nofile 30000;
pid ${folder}/backend.pid;
error_log ${folder}/backend.log error;
events { worker_connections 25000; }
http {
  access_log off;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    default_type text/plain;
    location / { return 200 "${SMALL_BODY}"; }
    location /4k {
      set $half "${LARGE_BODY.slice(0, LARGE_BODY.length / 2)}";
      return 200 $half$half;
    }
  }
}
`;

export const backendName = findTool('nginx') === undefined ? 'node:http' : 'nginx';

export async function startBackend(port: number, folder: string): Promise<Child> {
  if (backendName !== 'nginx') return startNodeBackend(port);
  const file = writeConfiguration(folder, 'backend.conf', nginxConfiguration(port, folder));
  const child = startPinned(LOAD_CORE, 'backend', [findTool('nginx')!, '-p', folder, '-c', file, '-e', `${folder}/backend.log`]);
  return child.start(untilListening(port, 'backend'));
}

/** The one that also streams and swallows bodies of any size. */
export function startNodeBackend(port: number): Promise<Child> {
  const program = fileURLToPath(new URL('./backend-server.js', import.meta.url));
  return startPinned(LOAD_CORE, 'backend', [process.execPath, program, String(port)]).start(untilListening(port, 'backend'));
}
