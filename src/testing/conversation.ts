import { createHash } from 'node:crypto';
import type { Bytes } from '../base/bytes.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { type Call, callText } from './journal.ts';
import { type Pair, pair } from './pair.ts';
import type { Answer, Ask } from './samples.ts';
import type { Opened, ScriptClient, ScriptServer, ScriptTransport, Served } from './script-transport.ts';
import { type Split, whole } from './split.ts';

/** Asks from a list as `room` allows, beginning anew at its end, until a number has been asked. */
export class Asker {
  asked = 0;
  /** Runs for each stream before anything is sent on it. */
  prepare: (opened: Opened) => void = () => {};
  private readonly client: ScriptClient;
  private readonly asks: readonly Ask[];
  private total: number;

  constructor(client: ScriptClient, asks: readonly Ask[], total: number) {
    this.client = client;
    this.asks = asks;
    this.total = total;
  }

  /** Changes how many are to be asked in all. */
  askOnly(total: number): void {
    this.total = total;
  }

  askWhatFits(): void {
    while (this.client.alive && this.asked < this.total && this.client.codec.room > 0) this.ask();
  }

  ask(): Opened {
    const ask = this.asks[this.asked++ % this.asks.length]!;
    const opened = this.client.open();
    this.prepare(opened);
    ask(opened.stream);
    opened.handler.sent = true;
    return opened;
  }
}

/** Makes a server answer each request once it is whole, with the answers in turn. */
export function answerInTurn(server: ScriptServer, answers: readonly Answer[]): void {
  server.react = (served) => {
    const answer = answers[(server.served.length - 1) % answers.length]!;
    whenWhole(served, () => {
      answer(served);
      served.handler.sent = true;
    });
  };
}

/** Does something once, inside the callback that ends the request. */
export function whenWhole(served: Served, then: () => void): void {
  if (served.end) then();
  else {
    served.handler.react = (_call, end) => {
      if (!end || served.handler.fault !== undefined) return;
      served.handler.react = () => {};
      then();
    };
  }
}

export interface Conversation extends Pair {
  readonly asker: Asker;
}

/** A pair, one side asking and the other answering; `run` goes on until all has been asked and answered. */
export function converse(
  protocol: Protocol,
  asks: readonly Ask[],
  answers: readonly Answer[],
  total: number,
  split: Split = whole,
): Conversation {
  const { client, server, run } = pair(protocol, split);
  const asker = new Asker(client, asks, total);
  answerInTurn(server, answers);
  return {
    client,
    server,
    asker,
    run() {
      for (let before = -1; before < asker.asked; ) {
        before = asker.asked;
        asker.askWhatFits();
        run();
      }
    },
  };
}

/** What each side sent, in the pieces between which it waited for the other. */
export interface Recording {
  readonly toServer: readonly Bytes[];
  readonly toClient: readonly Bytes[];
}

export function record(protocol: Protocol, asks: readonly Ask[], answers: readonly Answer[], total: number): Recording {
  const toServer: Bytes[] = [];
  const toClient: Bytes[] = [];
  const conversation = converse(protocol, asks, answers, total);
  tap(conversation.server, toServer);
  tap(conversation.client, toClient);
  conversation.run();
  return { toServer, toClient };
}

function tap(host: ScriptTransport, into: Bytes[]): void {
  const receive = host.receive.bind(host);
  host.receive = (bytes) => {
    into.push(Buffer.from(bytes));
    receive(bytes);
  };
}

/** Feeds a recording to a server that stands alone. */
export function replayServer(server: ScriptServer, pieces: readonly Bytes[], split: Split = whole): void {
  server.start();
  for (const piece of pieces) for (const chunk of split(piece)) server.receive(chunk);
}

/** Feeds a recording to a client that stands alone, which asks again what was asked when it was recorded. */
export function replayClient(asker: Asker, client: ScriptClient, pieces: readonly Bytes[], split: Split = whole): void {
  client.start();
  asker.askWhatFits();
  for (const piece of pieces) {
    for (const chunk of split(piece)) client.receive(chunk);
    asker.askWhatFits();
  }
}

/** The first so many bytes of what was recorded. */
export function beginning(pieces: readonly Bytes[], bytes: number): readonly Bytes[] {
  let left = bytes;
  const taken: Bytes[] = [];
  for (const piece of pieces) {
    if (left <= 0) break;
    taken.push(piece.subarray(0, left));
    left -= piece.length;
  }
  return taken;
}

/** All calls but writes: when those are made may depend on what arrived together. */
export function callsOf(host: ScriptTransport, of: 'streams' | 'streams and connection'): string {
  const calls = host.journal.take().filter(({ stream, words }) => words !== 'write' && (stream > 0 || of === 'streams and connection'));
  // Neighbours that only a write had parted are one call.
  const lines: string[] = [];
  for (let at = 0; at < calls.length; at++) {
    let call = calls[at]!;
    while (call.bytes !== undefined && calls[at + 1]?.stream === call.stream && calls[at + 1]?.words === call.words) {
      call = { ...call, bytes: [...call.bytes, ...calls[++at]!.bytes!] };
    }
    lines.push(shortText(call));
  }
  return lines.join('\n');
}

/** Long bytes by their hash: writing them out would take longer than all else. */
function shortText(call: Call): string {
  const bytes = Buffer.concat(call.bytes ?? []);
  if (bytes.length < 1000) return callText(call, true);
  return `${call.stream} ${call.words} ${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
}

export function violationsOf(...hosts: readonly (ScriptServer | ScriptClient)[]): readonly string[] {
  return hosts.flatMap((host) => [
    ...('served' in host ? host.served : host.opened).flatMap(({ handler }) => handler.violations),
    ...host.violations,
  ]);
}
