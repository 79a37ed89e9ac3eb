/** One burst of HTTP/1.1 load: by wrk where it is installed, else by our own generator. */
import { fileURLToPath } from 'node:url';
import { findTool } from '../../test/support/tools.ts';
import type { GeneratorReport } from './generator.ts';
import { LOAD_CORE, startPinned } from './pinned.ts';

export interface Load {
  readonly path: string;
  /** Fields of each request besides Host. */
  readonly fields: readonly string[];
  /** What every answer must hold. wrk does not look at it, so that a request is made before each burst that does. */
  readonly body: string;
}

const CONNECTIONS = 64;

export const generatorName = findTool('wrk') === undefined ? 'own generator' : 'wrk';

export async function runGenerator(name: string, command: readonly string[], seconds: number): Promise<string> {
  const child = startPinned(LOAD_CORE, name, command);
  const how = await child.exit((seconds + 20) * 1000);
  if (how !== 0) throw new Error(`${name} ended with ${how}: ${child.output}`);
  return child.output;
}

function milliseconds(text: string): number {
  const value = Number.parseFloat(text);
  if (text.endsWith('us')) return value / 1000;
  if (text.endsWith('ms')) return value;
  return value * 1000;
}

/** Reads the report that `wrk --latency` prints. */
export function parseWrk(text: string): GeneratorReport {
  const find = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const requests = Number(find(/(\d+) requests in/));
  const rate = Number(find(/Requests\/sec:\s+([\d.]+)/));
  const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  return {
    requests,
    seconds: requests / rate,
    p50: milliseconds(find(/^\s+50%\s+(\S+)$/m) ?? ''),
    p99: milliseconds(find(/^\s+99%\s+(\S+)$/m) ?? ''),
    errors: socketErrors.reduce((sum, count) => sum + count, Number(find(/Non-2xx or 3xx responses: (\d+)/) ?? 0)),
  };
}

/** Asks once and looks at the whole answer. */
async function check(port: number, load: Load): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${load.path}`, { signal: AbortSignal.timeout(5_000) });
  const body = await response.text();
  if (response.status !== 200 || body !== load.body)
    throw new Error(`port ${port} answered ${response.status} ${JSON.stringify(body.slice(0, 200))}`);
}

export async function generate(port: number, load: Load, seconds: number): Promise<GeneratorReport> {
  await check(port, load);
  const url = `http://127.0.0.1:${port}${load.path}`;
  const wrk = findTool('wrk');
  if (wrk !== undefined) {
    const fields = load.fields.flatMap((field) => ['-H', field]);
    return parseWrk(await runGenerator('wrk', [wrk, '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', ...fields, url], seconds));
  }
  const head = `GET ${load.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${load.fields.map((field) => `${field}\r\n`).join('')}\r\n`;
  return ownBurst(port, seconds, ['--connections', String(CONNECTIONS), '--setting', head, '--setting', load.body]);
}

/** One burst of our own generator with those options of its command line. */
export async function ownBurst(port: number, seconds: number, options: readonly string[]): Promise<GeneratorReport> {
  const program = fileURLToPath(new URL('./generator.js', import.meta.url));
  const command = [process.execPath, program, '--port', String(port), '--seconds', String(seconds), ...options];
  return JSON.parse(await runGenerator('generator', command, seconds)) as GeneratorReport;
}
