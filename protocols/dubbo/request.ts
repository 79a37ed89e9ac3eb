import { type Bytes, type Fields, FramedHead, type RequestHead } from 'meshloom/protocol';
import { AttachmentFields } from './attachment-fields.ts';
import { Attachments } from './attachments.ts';
import { Invocation, type Names } from './invocation.ts';
import { serializationOf } from './known-serializations.ts';
import { FLAG_TWO_WAY, flagsOf, PREFIX_BYTES, SERIALIZATION_BITS } from './prefix.ts';

/** Says which argument stays with the consumer, to be called back, but for the number at its end. */
const CALLBACK_ATTACHMENT = 'sys_callback_arg-';
/** Says how many milliseconds are left of the consumer's own time. */
const TIME_LEFT_ATTACHMENT = '_TO';
const UNDERSCORE = 0x5f;

/** Attachments stand at the end of the body. They are some hundred bytes; arguments, which may be megabytes, are not looked through. */
const SEARCHED_BYTES = 16 * 1024;

/** A call. Nothing of it is decoded before it is asked for; a body in a serialization that is not read here has empty names. */
export class DubboRequest extends FramedHead implements RequestHead {
  scheme = '';
  private newNames: Names | undefined = undefined;
  private found: Invocation | undefined = undefined;
  private foundAttachments: Attachments | undefined = undefined;
  private view: Fields | undefined = undefined;
  private underscoreAt: number | undefined = undefined;
  /** In milliseconds; infinite when there is none. */
  private timeLimit: number | undefined = undefined;

  constructor(frame: Bytes) {
    super(frame, PREFIX_BYTES);
  }

  get protocol(): string {
    return 'dubbo';
  }

  get oneWay(): boolean {
    return (flagsOf(this.frame) & FLAG_TWO_WAY) === 0;
  }

  /** Nothing in a call says that doing it twice is doing it once. */
  get idempotent(): boolean {
    return false;
  }

  get upgrade(): string {
    return '';
  }

  /**
   * What is left of the time of the call that this one is made in: an attachment of consumers whose `enable-timeout-countdown` is on.
   * It stands behind all arguments, too far for every call to look there; one without an underscore at its end has none.
   */
  get timeoutMs(): number | undefined {
    this.timeLimit ??= positive(this.findTimeLimit());
    return Number.isFinite(this.timeLimit) ? this.timeLimit : undefined;
  }

  shortenTimeout(timeoutMs: number): void {
    if (this.timeoutMs === undefined) return;
    this.timeLimit = timeoutMs;
    this.fields.set(this.timeLimitAttachment, String(timeoutMs));
  }

  /**
   * An argument that stays with the consumer, to be called back, is a null on the wire, and an attachment says where it is. Every call is
   * asked: most have not even the underscore. A search among bytes needs no reader, so that it works in every serialization; what an
   * argument says by chance costs a connection and breaks nothing.
   */
  get callsBack(): boolean {
    return this.mayHave(CALLBACK_ATTACHMENT);
  }

  get authority(): string {
    return this.attachments.get('group') ?? '';
  }

  set authority(group: string) {
    this.fields.set('group', group);
  }

  get path(): string {
    return this.newNames?.path ?? this.invocation?.front.path ?? '';
  }

  /** A provider looks services up by attachments that repeat the name, so these change with it. */
  set path(service: string) {
    const before = this.path;
    for (const name of ['path', 'interface']) if (this.attachments.get(name) === before) this.attachments.set(name, service);
    this.rename({ path: service });
  }

  get method(): string {
    return this.newNames?.method ?? this.invocation?.front.method ?? '';
  }

  set method(method: string) {
    this.rename({ method });
  }

  /** Of the service; '0.0.0' or '' when it has none. */
  get version(): string {
    return this.newNames?.version ?? this.invocation?.front.version ?? '';
  }

  set version(version: string) {
    if (this.attachments.get('version') !== undefined) this.attachments.set('version', version);
    this.rename({ version });
  }

  /** Of the protocol, as the consumer speaks it. */
  get dubboVersion(): string {
    return this.invocation?.front.dubbo ?? '';
  }

  get attachments(): Attachments {
    this.foundAttachments ??= this.invocation?.attachments ?? new Attachments();
    return this.foundAttachments;
  }

  get fields(): Fields {
    this.view ??= new RequestFields(this);
    return this.view;
  }

  /** The body with the changes, in pieces. `body` may be another one than the payload. */
  rewritten(body: Bytes): readonly Bytes[] {
    const invocation = body === this.payload ? this.invocation : this.readBody(body);
    return invocation?.rewritten(this.newNames ?? {}, this.attachments) ?? [body];
  }

  /** The one that says the time limit; only where there is one. */
  protected get timeLimitAttachment(): string {
    return TIME_LEFT_ATTACHMENT.toLowerCase();
  }

  protected findTimeLimit(): number | undefined {
    return this.mayHave(TIME_LEFT_ATTACHMENT) ? this.attachments.number(TIME_LEFT_ATTACHMENT.toLowerCase()) : undefined;
  }

  /** Whether a name with an underscore in it is somewhere at the end of the frame. */
  private mayHave(attachment: string): boolean {
    const { frame } = this;
    this.underscoreAt ??= frame.indexOf(UNDERSCORE, Math.max(PREFIX_BYTES, frame.length - SEARCHED_BYTES));
    return this.underscoreAt >= 0 && frame.includes(attachment, this.underscoreAt - attachment.indexOf('_'), 'latin1');
  }

  private get invocation(): Invocation | undefined {
    this.found ??= this.readBody(this.payload);
    return this.found;
  }

  private readBody(body: Bytes): Invocation | undefined {
    const serialization = serializationOf(flagsOf(this.frame) & SERIALIZATION_BITS);
    return serialization === undefined ? undefined : new Invocation(serialization, body);
  }

  private rename(names: Names): void {
    this.newNames = { ...this.newNames, ...names };
    this.changed = true;
  }
}

/** A call whose `timeout` is taken for its consumer's time, where it does not say what is left of it. */
export class TimedDubboRequest extends DubboRequest {
  protected override findTimeLimit(): number | undefined {
    return super.findTimeLimit() ?? this.attachments.number('timeout');
  }

  protected override get timeLimitAttachment(): string {
    return super.findTimeLimit() === undefined ? 'timeout' : super.timeLimitAttachment;
  }
}

/** The attachments, and before them what stands at the front of the body under the names that MOSN's users match. */
class RequestFields extends AttachmentFields<DubboRequest> {
  override get(name: string): string | undefined {
    switch (name) {
      case 'service':
        return this.head.path;
      case 'method':
        return this.head.method;
      case 'version':
        return this.head.version;
      case 'dubbo':
        return this.head.dubboVersion;
      default:
        return super.get(name);
    }
  }

  override set(name: string, value: string): void {
    switch (name) {
      case 'service':
        this.head.path = value;
        break;
      case 'method':
        this.head.method = value;
        break;
      case 'version':
        this.head.version = value;
        break;
      // What the consumer speaks is a fact that nobody can change.
      case 'dubbo':
        break;
      default:
        super.set(name, value);
    }
  }

  override delete(name: string): void {
    if (!AT_FRONT.includes(name)) super.delete(name);
  }

  override *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (const name of AT_FRONT) yield [name, this.get(name) ?? ''];
    for (const name of this.head.attachments.names()) if (!AT_FRONT.includes(name)) yield [name, super.get(name) ?? ''];
  }
}

const AT_FRONT: readonly string[] = ['service', 'method', 'version', 'dubbo'];

/** A consumer that has no time left does not call: what else says so says nothing. */
function positive(milliseconds: number | undefined): number {
  return milliseconds !== undefined && milliseconds > 0 ? milliseconds : Number.POSITIVE_INFINITY;
}
