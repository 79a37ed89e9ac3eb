/** One large body through one stream of HTTP/2, each way. */
import { type Bytes, type Fault, fault } from 'meshloom/protocol';
import plainHttp2 from '../../../protocols/http2/index.ts';
import { TimerWheel } from '../../../src/base/timer-wheel.ts';
import type { Timers } from '../../../src/base/timers.ts';
import { dial } from '../../../src/net/dialer.ts';
import { ClientConnection } from '../../../src/stream/client-connection.ts';
import { type BenchOptions, inRows, type Scenario } from '../bench.ts';
import { http2Peers, startHttp2Backend } from '../http2-peers.ts';
import { Asking, requestHead } from '../http2-request.ts';
import { LARGE_WINDOWS, PatternCheck, PatternSource } from '../pattern-stream.ts';
import { measureTransfers } from '../transfer.ts';

const http2 = plainHttp2.configure!(LARGE_WINDOWS);

/** What the 10 GB of HTTP/1.1 show over minutes, this one shows in seconds. */
const GIGABYTES = 1;

class Download extends Asking {
  private readonly check = new PatternCheck();
  private readonly size: number;
  private readonly over: (problem: string | undefined) => void;

  constructor(client: ClientConnection, size: number, over: (problem: string | undefined) => void) {
    super();
    this.size = size;
    this.over = over;
    client.open(this).sendHead(requestHead(`/bulk?bytes=${size}`), true);
  }

  onHead({ status }: { readonly status: number }): void {
    if (status !== 200) this.over(`status ${status}`);
  }
  onData(bytes: Bytes, end: boolean): void {
    this.check.take(bytes);
    if (!end) return;
    const { intact, received } = this.check;
    this.over(
      intact && received === this.size ? undefined : `${received} bytes have come down, ${intact ? 'each right' : 'not all right'}`,
    );
  }
  onReset(): void {
    this.over('reset');
  }
}

class Upload extends Asking {
  private readonly source: PatternSource;
  private readonly stream;
  private readonly size: number;
  private readonly over: (problem: string | undefined) => void;
  private status = 0;
  private answer = '';

  constructor(client: ClientConnection, size: number, over: (problem: string | undefined) => void) {
    super();
    this.size = size;
    this.over = over;
    this.source = new PatternSource(size);
    this.stream = client.open(this);
    this.stream.sendHead(requestHead('/bulk', 'POST'), false);
    this.source.sendTo(this.stream);
  }

  override onDrain(): void {
    this.source.sendTo(this.stream);
  }
  onHead({ status }: { readonly status: number }): void {
    this.status = status;
  }
  onData(bytes: Bytes, end: boolean): void {
    this.answer += bytes.toString('latin1');
    if (end)
      this.over(this.status === 200 && this.answer === String(this.size) ? undefined : `${this.status}: ${this.answer} bytes went up`);
  }
  onReset(): void {
    this.over('reset');
  }
}

type Direction = new (client: ClientConnection, size: number, over: (problem: string | undefined) => void) => Asking;

/** A connection that is there. What becomes of it the stream on it hears. */
async function dialed(port: number, timers: Timers): Promise<ClientConnection> {
  const options = { protocol: http2, timers, idleMs: 0, maxStreams: 0, probeMs: 0 };
  const connection = dial({ address: `127.0.0.1:${port}`, timers });
  return new Promise((resolve, reject) => {
    const onClosed = (_: ClientConnection, why: Fault): void => reject(new Error(why.detail));
    new ClientConnection(connection, { onConnected: resolve, onRoom() {}, onDraining() {}, onPeerEnding() {}, onClosed }, options);
  });
}

async function transfer(port: number, size: number, Way: Direction): Promise<void> {
  const timers = new TimerWheel();
  const client = await dialed(port, timers);
  const problem = await new Promise<string | undefined>((resolve) => new Way(client, size, resolve));
  client.destroy(fault('cancelled', 'local', 'maybe', 'the body is through'));
  timers.stop();
  if (problem !== undefined) throw new Error(problem);
}

export const http2BulkScenario: Scenario = {
  name: 'h2-bulk',
  run: (options: BenchOptions) =>
    measureTransfers(options, {
      title: `HTTP/2, one body of ${GIGABYTES} GB through one stream, every byte checked`,
      rows: inRows(http2Peers(options)),
      gigabytes: GIGABYTES,
      rounds: options.rounds,
      down: (port, size) => transfer(port, size, Download),
      up: (port, size) => transfer(port, size, Upload),
      backend: startHttp2Backend,
      notes: [],
    }),
};
