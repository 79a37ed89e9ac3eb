import { EMPTY } from '../base/bytes.ts';
import { type Fault, type FaultCode, type FaultOrigin, fault } from '../base/fault.ts';
import { FieldList } from '../protocol/fields.ts';
import type { Outcome, RequestHead } from '../protocol/head.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import type { ClientStream, ServerStream, Stream } from '../protocol/stream.ts';
import type { ScriptClient, ScriptServer } from './script-transport.ts';
import { unescapeText } from './text.ts';

/** A request head without a frame or header bytes behind it, as a proxy makes it when it crosses from an unlike protocol. */
export function neutralRequest(parts: Partial<RequestHead> = {}): RequestHead {
  return {
    protocol: 'neutral',
    scheme: 'http',
    authority: 'service.test',
    path: '/',
    method: 'GET',
    fields: new FieldList(),
    oneWay: false,
    idempotent: false,
    timeoutMs: undefined,
    upgrade: '',
    ...parts,
  };
}

/** Performs the lines of a `do` block on a codec's owner. */
export function perform(host: ScriptServer | ScriptClient, role: 'server' | 'client', lines: readonly string[]): void {
  for (let at = 0; at < lines.length; ) {
    const line = lines[at++]!;
    const fields = new FieldList();
    for (
      let field = /^field ([^:]+): ?(.*)$/.exec(lines[at] ?? '');
      field !== null;
      field = /^field ([^:]+): ?(.*)$/.exec(lines[++at] ?? '')
    ) {
      fields.append(field[1]!, unescapeText(field[2]!).toString('latin1'));
    }
    const numbered = /^(\d+) (.*)$/.exec(line);
    const words = new Words(numbered === null ? line : numbered[2]!);
    const number = numbered === null ? undefined : Number(numbered[1]);
    if (!onConnection(host, role, words) && !onStream(host, number, words, fields)) throw new Error(`no such action: ${line}`);
  }
}

/** The words of an action, and the quoted text in it. */
class Words {
  readonly verb: string;
  readonly text: string | undefined;
  private readonly rest: readonly string[];

  constructor(line: string) {
    const quoted = /"((?:[^"\\]|\\.)*)"/.exec(line);
    this.text = quoted?.[1];
    const words = line
      .replace(/"(?:[^"\\]|\\.)*"/, '')
      .split(/ +/)
      .filter(Boolean);
    this.verb = words[0] ?? '';
    this.rest = words.slice(1);
  }

  at(index: number): string | undefined {
    return this.rest[index];
  }

  has(word: string): boolean {
    return this.rest.includes(word);
  }

  value(key: string): string | undefined {
    return this.rest.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  }

  fault(origin: FaultOrigin): Fault {
    const processed = this.at(2) === 'no' ? 'no' : 'maybe';
    return fault((this.at(0) ?? 'cancelled') as FaultCode, (this.at(1) as FaultOrigin | undefined) ?? origin, processed, 'by the script');
  }
}

function onConnection(host: ScriptServer | ScriptClient, role: 'server' | 'client', words: Words): boolean {
  const peer = role === 'server' ? 'downstream' : 'upstream';
  switch (words.verb) {
    case 'fin':
      host.receiveEnd();
      return true;
    case 'go-away':
      host.codec.goAway();
      return true;
    case 'abort':
      host.die(words.fault(peer));
      return true;
    case 'terminate':
      host.codec.terminate(words.fault('local'));
      return true;
    case 'probe':
      host.codec.probe?.();
      return true;
    case 'full':
      host.highWaterMark = 0;
      host.write(EMPTY);
      return true;
    case 'drained':
      host.highWaterMark = Number.POSITIVE_INFINITY;
      host.flush();
      return true;
    default:
      return false;
  }
}

function onStream(host: ScriptServer | ScriptClient, number: number | undefined, words: Words, fields: FieldList): boolean {
  if ('opened' in host) {
    if (words.verb === 'request') {
      host.open().stream.sendHead(requestOf(words, fields), words.has('end'));
      return true;
    }
    return onEither(clientStream(host, number), words, fields);
  }
  const stream = serverStream(host, number);
  switch (words.verb) {
    case 'informational':
      stream.sendInformational(new LocalResponse(Number(words.at(0)), fields));
      return true;
    case 'response':
      stream.sendHead(new LocalResponse(Number(words.at(0)), fields), words.has('end'));
      return true;
    case 'reply':
      stream.reply((words.at(0) ?? 'ok') as Outcome, words.text ?? '');
      return true;
    default:
      return onEither(stream, words, fields);
  }
}

function clientStream(host: ScriptClient, number: number | undefined): ClientStream {
  const opened = number === undefined ? host.opened.at(-1) : host.opened[number - 1];
  if (opened === undefined) throw new Error('no stream has been opened yet');
  return opened.stream;
}

function serverStream(host: ScriptServer, number: number | undefined): ServerStream {
  const served = number === undefined ? host.served.at(-1) : host.served[number - 1];
  if (served === undefined) throw new Error('no request has come yet');
  return served.stream;
}

function onEither(stream: Stream, words: Words, fields: FieldList): boolean {
  switch (words.verb) {
    case 'data':
      stream.sendData(unescapeText(words.text ?? ''), words.has('end'));
      return true;
    case 'end':
      stream.sendData(EMPTY, true);
      return true;
    case 'trailers':
      stream.sendTrailers(fields);
      return true;
    case 'reset':
      stream.reset(words.fault('local'));
      return true;
    case 'pause':
      stream.pause();
      return true;
    case 'resume':
      stream.resume();
      return true;
    default:
      return false;
  }
}

function requestOf(words: Words, fields: FieldList): RequestHead {
  const timeout = words.value('timeout');
  return neutralRequest({
    method: words.at(0) ?? 'GET',
    path: words.at(1) ?? '/',
    authority: words.value('authority') ?? '',
    scheme: words.value('scheme') ?? 'http',
    upgrade: words.value('upgrade') ?? '',
    oneWay: words.has('one-way'),
    idempotent: words.has('idempotent'),
    timeoutMs: timeout === undefined ? undefined : Number(timeout),
    fields,
  });
}
