import type { Bytes } from 'meshloom/protocol';
import { Attachments } from './attachments.ts';
import type { Front } from './front.ts';
import type { Serialization } from './serialization.ts';

/** Other names for what stands at the front of a body. */
export interface Names {
  readonly path?: string;
  readonly version?: string;
  readonly method?: string;
}

/** The body of a request. Texts are made only of what is asked for; a body that cannot be read has empty names. */
export class Invocation {
  readonly front: Front;
  private readonly serialization: Serialization;
  private readonly body: Bytes;
  private found: Attachments | undefined = undefined;

  constructor(serialization: Serialization, body: Bytes) {
    this.serialization = serialization;
    this.body = body;
    this.front = serialization.front(body);
  }

  get attachments(): Attachments {
    this.found ??= this.findAttachments();
    return this.found;
  }

  /** The body with other names and attachments, in pieces; what did not change is shared. */
  rewritten(names: Names, attachments: Attachments): readonly Bytes[] {
    const { serialization, body } = this;
    const { pathAt, versionAt, methodAt, typesAt } = this.front;
    const pieces: Bytes[] = [];
    let done = 0;
    const replace = (from: number, to: number, item: Bytes): void => {
      pieces.push(body.subarray(done, from), item);
      done = to;
    };
    if (names.path !== undefined && versionAt >= 0) replace(pathAt, versionAt, serialization.textItem(names.path));
    if (names.version !== undefined && methodAt >= 0) replace(versionAt, methodAt, serialization.textItem(names.version));
    if (names.method !== undefined && typesAt >= 0) replace(methodAt, typesAt, serialization.textItem(names.method));
    const map = this.attachments.withChangesOf(attachments).rewritten(serialization, body);
    if (map !== undefined) replace(map.from, map.to, map.item);
    pieces.push(body.subarray(done));
    return pieces;
  }

  /** They stand after the arguments, so that all of those must be passed over. */
  private findAttachments(): Attachments {
    const { typesAt } = this.front;
    if (typesAt < 0) return new Attachments();
    const reader = this.serialization.reader(this.body);
    reader.at = typesAt;
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
