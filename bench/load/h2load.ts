/** One burst of HTTP/2 load: by h2load where it is installed, else by our own generator. */
import { findTool } from '../../test/support/tools.ts';
import { SMALL_BODY } from './backend.ts';
import { ownBurst, runGenerator } from './generate.ts';
import type { GeneratorReport } from './generator.ts';

export interface Http2Load {
  readonly connections: number;
  /** Streams in flight on each. */
  readonly inFlight: number;
  /** Of each request, as `name: value`. */
  readonly fields: readonly string[];
}

export const http2GeneratorName = findTool('h2load') === undefined ? 'own generator' : 'h2load';

/** Reads the report of h2load, which knows no percentiles. */
export function parseH2load(text: string): GeneratorReport {
  const find = (pattern: RegExp): number => Number(pattern.exec(text)?.[1]);
  const requests = find(/(\d+) succeeded/);
  return {
    requests,
    seconds: requests / find(/([\d.]+) req\/s/),
    p50: Number.NaN,
    p99: Number.NaN,
    errors: find(/(\d+) failed/),
  };
}

export async function http2Burst(port: number, load: Http2Load, seconds: number): Promise<GeneratorReport> {
  const { connections, inFlight, fields } = load;
  const h2load = findTool('h2load');
  if (h2load === undefined) {
    const settings = [SMALL_BODY, ...fields].flatMap((setting) => ['--setting', setting]);
    const options = ['--language', './http2-language.js', '--connections', String(connections), '--in-flight', String(inFlight)];
    return ownBurst(port, seconds, [...options, ...settings]);
  }
  const lines = fields.flatMap((field) => ['-H', field]);
  const command = [h2load, '-t1', `-c${connections}`, `-m${inFlight}`, `-D${seconds}`, ...lines, `http://127.0.0.1:${port}/`];
  return parseH2load(await runGenerator('h2load', command, seconds));
}
