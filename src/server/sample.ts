import { fileURLToPath } from 'node:url';
import type { Sample } from './command-line/engine.ts';
import { StartError } from './start-error.ts';

/** The HTTP sample stands beside `src/`, built like it; its configuration stands in the package as it was written. */
const SERVER = new URL(
  import.meta.url.endsWith('.ts') ? '../../examples/http-sample/server.ts' : '../../examples/http-sample/server.js',
  import.meta.url,
);
const CONFIGURATION = import.meta.url.endsWith('.ts')
  ? '../../examples/http-sample/config.json'
  : '../../../examples/http-sample/config.json';

/** MOSN's HTTP sample in one process: client-side proxy, server-side proxy, and a server that answers. */
export async function httpSample(): Promise<Sample> {
  const module: { startServer?: (port: number) => Promise<unknown> } = await import(SERVER.href);
  const { startServer } = module;
  if (startServer === undefined) throw new StartError(`the sample's server is not what it should be: ${SERVER.href}`);
  return {
    file: fileURLToPath(new URL(CONFIGURATION, import.meta.url)),
    hints: HINTS,
    async startServer() {
      await startServer(8080);
    },
  };
}

const HINTS = `
Two proxies and a server run in this process: client -> 127.0.0.1:2045 -> 127.0.0.1:2046 -> 127.0.0.1:8080. Try:

  curl -i http://127.0.0.1:2045/
  curl -i http://127.0.0.1:2045/ -d 'a body'
  curl http://127.0.0.1:34901/
  curl http://127.0.0.1:34901/api/v1/stats

Ctrl-C stops it. To run a file of your own: npm start -- -c FILE
`;
