/** One large body through one stream of HTTP/2, each way. */
import type { Bytes } from 'meshloom/protocol';
import plainHttp2 from '../../../protocols/http2/index.ts';
import { type ClientSocket, dialCodec } from '../../../test/support/codec-socket.ts';
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

  constructor(client: ClientSocket, size: number, over: (problem: string | undefined) => void) {
    super();
    this.size = size;
    this.over = over;
    client.codec.open(this).sendHead(requestHead(`/bulk?bytes=${size}`), true);
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

  constructor(client: ClientSocket, size: number, over: (problem: string | undefined) => void) {
    super();
    this.size = size;
    this.over = over;
    this.source = new PatternSource(size);
    this.stream = client.codec.open(this);
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

type Direction = new (client: ClientSocket, size: number, over: (problem: string | undefined) => void) => Asking;

async function transfer(port: number, size: number, Way: Direction): Promise<void> {
  const client = await dialCodec(http2, port);
  const problem = await new Promise<string | undefined>((resolve) => new Way(client, size, resolve));
  client.socket.destroy();
  if (problem !== undefined) throw new Error(problem);
}

export const http2BulkScenario: Scenario = {
  name: 'h2-bulk',
  run: (options: BenchOptions) =>
    measureTransfers(options, GIGABYTES, {
      title: `HTTP/2, one body of ${GIGABYTES} GB through one stream, every byte checked`,
      rows: inRows(http2Peers(options)),
      down: (port, size) => transfer(port, size, Download),
      up: (port, size) => transfer(port, size, Upload),
      backend: startHttp2Backend,
      notes: [],
    }),
};
