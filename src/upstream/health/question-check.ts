import type { Bytes } from '../../base/bytes.ts';
import type { Fault } from '../../base/fault.ts';
import type { Timers } from '../../base/timers.ts';
import type { Fields } from '../../protocol/fields.ts';
import type { ResponseHead } from '../../protocol/head.ts';
import type { HealthQuestion } from '../../protocol/health-question.ts';
import type { Protocol } from '../../protocol/protocol.ts';
import type { ResponseHandler } from '../../protocol/stream.ts';
import { ClientConnection, type ClientConnectionOwner } from '../../stream/client-connection.ts';
import type { Wire } from '../../stream/wire.ts';
import type { Host } from '../host.ts';
import type { CheckFailure, CheckListener, DialForCheck, HostCheck, RunningCheck } from './host-check.ts';

/** What is kept of the body of an answer, to be judged: a word or a small message. The rest is read and thrown away. */
export const MAX_ANSWER_BYTES = 64 * 1024;

export interface QuestionCheckSettings {
  readonly protocol: Protocol;
  /** Where it is not that of the host's address. */
  readonly port?: number | undefined;
  readonly questionFor: (host: Host) => HealthQuestion;
}

/**
 * A host is healthy that gives a good answer to a request. Each time over a connection of its own, for whether the host still takes
 * connections is part of the question.
 */
export function questionCheck({ protocol, port, questionFor }: QuestionCheckSettings, timers: Timers, dial: DialForCheck): HostCheck {
  return { begin: (host, listener) => new Asking(dial(host, port, protocol), protocol, timers, questionFor(host), listener) };
}

class Asking implements ClientConnectionOwner, ResponseHandler, RunningCheck {
  private readonly connection: ClientConnection;
  private readonly question: HealthQuestion;
  private readonly listener: CheckListener;
  private asked = false;
  private over = false;
  private head: ResponseHead | undefined;
  private readonly pieces: Bytes[] = [];
  private kept = 0;

  constructor(wire: Wire, protocol: Protocol, timers: Timers, question: HealthQuestion, listener: CheckListener) {
    this.question = question;
    this.listener = listener;
    this.connection = new ClientConnection(wire, this, { protocol, timers, idleMs: 0, maxStreams: 0, probeMs: 0 });
  }

  cancel(why: Fault): void {
    this.over = true;
    this.connection.destroy(why);
  }

  // What the connection tells.

  onConnected(): void {
    this.ask();
  }
  onRoom(): void {
    this.ask();
  }
  onDraining(): void {
    if (!this.asked) this.fail('active', 'the host takes no requests on a new connection');
  }
  onPeerEnding(): void {}
  onClosed(_connection: ClientConnection, { detail }: Fault): void {
    this.fail('network', detail);
  }

  // What the stream tells.

  onInformational(): void {}
  onHead(head: ResponseHead, end: boolean): void {
    this.head = head;
    if (end) this.judge(undefined);
  }
  onData(bytes: Bytes, end: boolean): void {
    if (this.kept < MAX_ANSWER_BYTES) {
      this.pieces.push(bytes);
      this.kept += bytes.length;
    }
    if (end) this.judge(undefined);
  }
  onTrailers(trailers: Fields): void {
    this.judge(trailers);
  }
  onReset({ detail }: Fault): void {
    this.fail('network', detail);
  }
  onDrain(): void {}

  private ask(): void {
    if (this.asked || this.over || this.connection.room <= 0) return;
    this.asked = true;
    const { request, body } = this.question;
    const stream = this.connection.open(this);
    stream.sendHead(request, body.length === 0);
    if (body.length > 0) stream.sendData(body, true);
  }

  private judge(trailers: Fields | undefined): void {
    const wrong = this.question.judge({ head: this.head!, body: Buffer.concat(this.pieces), trailers });
    if (wrong === undefined) this.finish(undefined);
    else this.fail('active', wrong);
  }

  private fail(kind: CheckFailure['kind'], detail: string): void {
    this.finish({ kind, detail });
  }

  private finish(failure: CheckFailure | undefined): void {
    if (this.over) return;
    this.over = true;
    this.connection.drain();
    this.listener.onChecked(failure);
  }
}
