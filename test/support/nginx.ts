import { Child } from './child.ts';
import { temporaryFolder, writeConfiguration } from './configuration.ts';
import { freePort, untilListening } from './ports.ts';
import { findTool } from './tools.ts';

export interface Nginx {
  readonly port: number;
  readonly folder: string;
  stop(): Promise<unknown>;
}

/** Starts nginx on a free port. `http` goes into its http section, `server` into the one server, which serves the folder's files. */
export async function startNginx(sections: { http?: string; server?: string }): Promise<Nginx> {
  const port = await freePort();
  const folder = temporaryFolder('nginx');
  const file = writeConfiguration(
    folder,
    'nginx.conf',
    `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  default_type text/plain;
  client_body_temp_path ${folder}/client_body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${sections.http ?? ''}
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    ${sections.server ?? ''}
  }
}
`,
  );
  const child = new Child('nginx', findTool('nginx') ?? 'nginx', ['-p', folder, '-c', file, '-e', 'stderr']);
  await child.start(untilListening(port, 'nginx'));
  return { port, folder, stop: () => child.stop() };
}
