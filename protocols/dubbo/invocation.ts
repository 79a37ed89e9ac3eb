import type { Bytes } from 'meshloom/protocol';
import { Attachments } from './attachments.ts';
import type { ItemReader, Serialization } from './serialization.ts';

/** Other names for what stands at the front of a body. */
export interface Names {
  readonly path?: string;
  readonly version?: string;
  readonly method?: string;
}

/** Where things stand in the body of a request. Texts are made only of what is asked for; a body that cannot be read has empty names. */
export class Invocation {
  private readonly serialization: Serialization;
  private readonly body: Bytes;
  private readonly reader: ItemReader;
  /** -1 where the body cannot be read so far. */
  private readonly pathAt: number;
  private readonly versionAt: number;
  private readonly methodAt: number;
  private readonly typesAt: number;
  private pathText: string | undefined;
  private methodText: string | undefined;
  private found: Attachments | undefined;

  constructor(serialization: Serialization, body: Bytes) {
    this.serialization = serialization;
    this.body = body;
    const reader = serialization.reader(body);
    this.reader = reader;
    this.pathAt = reader.skipText() ? reader.at : -1;
    this.versionAt = this.pathAt >= 0 && reader.skipText() ? reader.at : -1;
    this.methodAt = this.versionAt >= 0 && reader.skipText() ? reader.at : -1;
    this.typesAt = this.methodAt >= 0 && reader.skipText() ? reader.at : -1;
  }

  get dubbo(): string {
    return this.textAt(0);
  }

  get path(): string {
    this.pathText ??= this.textAt(this.pathAt);
    return this.pathText;
  }

  get version(): string {
    return this.textAt(this.versionAt);
  }

  get method(): string {
    this.methodText ??= this.textAt(this.methodAt);
    return this.methodText;
  }

  get attachments(): Attachments {
    this.found ??= this.findAttachments();
    return this.found;
  }

  /** The body with other names and attachments, in pieces; what did not change is shared. */
  rewritten(names: Names, attachments: Attachments): readonly Bytes[] {
    const { serialization, body } = this;
    const pieces: Bytes[] = [];
    let done = 0;
    const replace = (from: number, to: number, item: Bytes): void => {
      pieces.push(body.subarray(done, from), item);
      done = to;
    };
    if (names.path !== undefined && this.versionAt >= 0) replace(this.pathAt, this.versionAt, serialization.textItem(names.path));
    if (names.version !== undefined && this.methodAt >= 0) replace(this.versionAt, this.methodAt, serialization.textItem(names.version));
    if (names.method !== undefined && this.typesAt >= 0) replace(this.methodAt, this.typesAt, serialization.textItem(names.method));
    const map = this.attachments.withChangesOf(attachments).rewritten(serialization, body);
    if (map !== undefined) replace(map.from, map.to, map.item);
    pieces.push(body.subarray(done));
    return pieces;
  }

  private textAt(at: number): string {
    if (at < 0) return '';
    this.reader.at = at;
    return this.reader.readText() ?? '';
  }

  /** They stand after the arguments, so that all of those must be passed over. */
  private findAttachments(): Attachments {
    const { reader } = this;
    if (this.typesAt < 0) return new Attachments();
    reader.at = this.typesAt;
    const types = reader.readText();
    const count = types === undefined ? -1 : countTypes(types);
    return new Attachments(reader, count >= 0 && reader.skip(count) ? reader.readMap() : undefined);
  }
}

/** How many types a descriptor names (Java Virtual Machine Specification 4.3.3), as in `ILjava/lang/String;[[J`; -1 when it is none. */
export function countTypes(descriptor: string): number {
  let count = 0;
  for (let at = 0; at < descriptor.length; at++, count++) {
    while (descriptor[at] === '[') at++;
    if (descriptor[at] === 'L') at = descriptor.indexOf(';', at);
    else if (!'BCDFIJSZV'.includes(descriptor[at] ?? '?')) return -1;
    if (at < 0) return -1;
  }
  return count;
}
