import { type Bytes, type Fields, FramedHead, type Outcome, type ResponseHead, STATUS_OF_OUTCOME } from 'meshloom/protocol';
import { AttachmentFields } from './attachment-fields.ts';
import { Attachments } from './attachments.ts';
import { serializationOf } from './known-serializations.ts';
import { flagsOf, PREFIX_BYTES, SERIALIZATION_BITS, statusOf } from './prefix.ts';
import { attachmentsOfResult } from './result.ts';
import { outcomeOfStatus, STATUS_OK } from './status.ts';

/** An answer. Nothing of it but its status byte is looked at before it is asked for. */
export class DubboResponse extends FramedHead implements ResponseHead {
  private found: Attachments | undefined = undefined;
  private view: Fields | undefined = undefined;

  constructor(frame: Bytes) {
    super(frame, PREFIX_BYTES);
  }

  get protocol(): string {
    return 'dubbo';
  }

  get code(): number {
    return statusOf(this.frame);
  }

  get outcome(): Outcome {
    return outcomeOfStatus(this.code);
  }

  get status(): number {
    return STATUS_OF_OUTCOME[this.outcome];
  }

  get attachments(): Attachments {
    this.found ??= this.attachmentsOf(this.payload);
    return this.found;
  }

  get fields(): Fields {
    this.view ??= new AttachmentFields(this);
    return this.view;
  }

  /** The body with the changes, in pieces. `body` may be another one than the payload. */
  rewritten(body: Bytes): readonly Bytes[] {
    const serialization = serializationOf(flagsOf(this.frame) & SERIALIZATION_BITS);
    if (serialization === undefined) return [body];
    const attachments = body === this.payload ? this.attachments : this.attachmentsOf(body).withChangesOf(this.attachments);
    const map = attachments.rewritten(serialization, body);
    return map === undefined ? [body] : [body.subarray(0, map.from), map.item, body.subarray(map.to)];
  }

  /** Only an answer of status 20 has a result; any other one has a message. */
  private attachmentsOf(body: Bytes): Attachments {
    const serialization = serializationOf(flagsOf(this.frame) & SERIALIZATION_BITS);
    if (serialization === undefined || this.code !== STATUS_OK) return new Attachments();
    const reader = serialization.reader(body);
    return new Attachments(reader, attachmentsOfResult(reader));
  }
}
