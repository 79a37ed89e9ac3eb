/**
 * `node generator.js --port P [--connections 64] [--in-flight 1] [--seconds 3] [--language ./http1-language.js] [--setting TEXT]...`
 *
 * Keeps so many requests in flight on so many connections for so long, checks every answer, and prints one line of JSON
 * (`GeneratorReport`). It stands in for wrk where that is not installed, and speaks whatever a `Language` module teaches it.
 */
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

/** How one connection speaks a protocol. A module has a function that makes one as its default export. */
export interface Language {
  /** The bytes of the next `count` requests, one at least. */
  ask(count: number): Buffer;
  /** Takes whole answers off the front of `bytes`, tells of each when its request was made and whether it is right. Returns what it used. */
  hear(bytes: Buffer, answered: (correct: boolean, askedAt: number) => void): number;
}

export type MakeLanguage = (settings: readonly string[], now: () => number) => Language;

export interface GeneratorReport {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Wrong answers and connections that broke. */
  readonly errors: number;
}

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    connections: { type: 'string', default: '64' },
    'in-flight': { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3' },
    language: { type: 'string', default: './http1-language.js' },
    setting: { type: 'string', multiple: true, default: [] },
  },
});
const inFlight = Number(values['in-flight']);
const { default: makeLanguage } = (await import(new URL(values.language, import.meta.url).href)) as { default: MakeLanguage };

const now = (): number => performance.now();
const latencies: number[] = [];
let errors = 0;
let over = false;

function run(socket: Socket): void {
  const language = makeLanguage(values.setting, now);
  let unread: Buffer = Buffer.alloc(0);
  let answers = 0;
  const answered = (correct: boolean, askedAt: number): void => {
    answers++;
    if (correct) latencies.push(now() - askedAt);
    else errors++;
  };
  socket.on('connect', () => socket.write(language.ask(inFlight)));
  socket.on('data', (chunk: Buffer) => {
    if (over) return;
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    unread = unread.subarray(language.hear(unread, answered));
    if (answers > 0) socket.write(language.ask(answers));
    answers = 0;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (!over) errors++;
  });
}

const start = now();
const sockets = Array.from({ length: Number(values.connections) }, () =>
  connect({ port: Number(values.port), host: '127.0.0.1', noDelay: true }),
);
sockets.forEach(run);
setTimeout(() => {
  over = true;
  const seconds = (now() - start) / 1000;
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const quantile = (part: number): number => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
  const report: GeneratorReport = { requests: latencies.length, seconds, p50: quantile(0.5), p99: quantile(0.99), errors };
  console.log(JSON.stringify(report));
}, Number(values.seconds) * 1000);
