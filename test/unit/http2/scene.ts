import type { Bytes, ProtocolSettings } from 'meshloom/protocol';
import { neutralRequest, type Opened, ScriptClient, ScriptServer, type ScriptTransport, type Served } from 'meshloom/testing';
import http2 from '../../../protocols/http2/index.ts';
import { describeFrames, opening, settings, settingsAck } from './frames.ts';

/** One codec and a peer that says, frame by frame, what the test wants it to say. */
abstract class Scene<Host extends ScriptTransport> {
  readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** The peer sends these, each chunk with memory of its own as a socket delivers it. */
  receive(...frames: readonly Bytes[]): void {
    const bytes = Buffer.concat(frames);
    const chunk = Buffer.from(new ArrayBuffer(bytes.length));
    bytes.copy(chunk);
    this.host.receive(chunk);
  }

  /** What the codec has written since the last time, one line a frame. */
  sent(): string[] {
    return describeFrames(this.written());
  }

  /** What the codec has written since the last time. */
  written(): Bytes {
    // Long scenes need not remember all of it.
    this.host.journal.take();
    return this.host.flush();
  }
}

/** A server whose client has said hello, and all hellos have been taken from `sent`. */
export class ServerScene extends Scene<ScriptServer> {
  constructor(options: ProtocolSettings = {}, ...clientSettings: readonly (readonly [id: number, value: number])[]) {
    super(new ScriptServer(configured(options)));
    this.receive(opening(...clientSettings), settingsAck());
    this.sent();
  }

  get last(): Served {
    const served = this.host.served.at(-1);
    if (served === undefined) throw new Error('no request has come');
    return served;
  }

  /** Each request as it comes, in one line, and each ending of a stream. */
  get requests(): string[] {
    return this.host.served.map(({ head }) => `${head.method} ${head.path}`);
  }
}

/** A client whose server has said hello, and all hellos have been taken from `sent`. */
export class ClientScene extends Scene<ScriptClient> {
  constructor(options: ProtocolSettings = {}, ...serverSettings: readonly (readonly [id: number, value: number])[]) {
    super(new ScriptClient(configured(options)));
    this.host.start();
    this.receive(settings(...serverSettings), settingsAck());
    this.sent();
  }

  /** Asks; the request ends with its head unless `end` is false. */
  ask(method = 'GET', end = true): Opened {
    const opened = this.host.open();
    opened.stream.sendHead(neutralRequest({ method }), end);
    return opened;
  }
}

function configured(options: ProtocolSettings): typeof http2 {
  return Object.keys(options).length === 0 ? http2 : http2.configure!(options);
}
