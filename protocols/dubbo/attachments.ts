import type { Bytes } from 'meshloom/protocol';
import type { AttachmentEntry, AttachmentMap, ItemReader, Serialization } from './serialization.ts';

/** As Java writes one that fits into 32 bits, or nearly. */
const WHOLE_NUMBER = /^-?\d{1,10}$/;

/**
 * The attachments of a message, and what has been changed in them. Names keep their case on the wire and are looked up without it.
 * Attachments that are no text are passed on as they are and cannot be seen from here.
 */
export class Attachments {
  private readonly reader: ItemReader | undefined;
  private readonly map: AttachmentMap | undefined;
  /** By name in lower case; null: deleted. */
  private changes: Map<string, string | null> | undefined = undefined;

  /** Without a map, where the body cannot be read or has no place for attachments, there are none, and none can be set. */
  constructor(reader?: ItemReader, map?: AttachmentMap) {
    this.reader = reader;
    this.map = map;
  }

  get writable(): boolean {
    return this.map !== undefined;
  }

  get(name: string): string | undefined {
    const change = this.changes?.get(name);
    if (change !== undefined) return change ?? undefined;
    const entry = this.find(name);
    return entry?.isText === true ? this.reader?.textAt(entry.valueAt) : undefined;
  }

  /** A whole number, which is as such or as a text; undefined where there is none. */
  number(name: string): number | undefined {
    const entry = this.changes?.has(name) === true ? undefined : this.find(name);
    if (entry !== undefined && !entry.isText) return this.reader?.numberAt(entry.valueAt);
    const text = this.get(name);
    return text !== undefined && WHOLE_NUMBER.test(text) ? Number(text) : undefined;
  }

  set(name: string, value: string): void {
    this.changes ??= new Map();
    this.changes.set(name, value);
  }

  delete(name: string): void {
    this.changes ??= new Map();
    this.changes.set(name, null);
  }

  /** In lower case, each once. */
  names(): Iterable<string> {
    const names = new Set<string>();
    for (const entry of this.map?.entries ?? []) if (entry.isText) names.add(this.nameOf(entry));
    for (const name of this.changes?.keys() ?? []) names.add(name);
    return Array.from(names).filter((name) => this.get(name) !== undefined);
  }

  /** These attachments, which may be of another body, with the changes of those. */
  withChangesOf(others: Attachments): Attachments {
    if (others === this) return this;
    const attachments = new Attachments(this.reader, this.map);
    attachments.changes = others.changes;
    return attachments;
  }

  /** The item that replaces `body` from `from` to `to`; only entries that changed are written anew. undefined when nothing is to be done. */
  rewritten(serialization: Serialization, body: Bytes): { from: number; to: number; item: Bytes } | undefined {
    const { map, changes } = this;
    if (map === undefined || changes === undefined) return undefined;
    const written: Bytes[] = [];
    for (const entry of map.entries) {
      const change = entry.isNamed ? changes.get(this.nameOf(entry)) : undefined;
      if (change === undefined) written.push(body.subarray(entry.from, entry.to));
      else if (change !== null) written.push(body.subarray(entry.from, entry.valueAt), serialization.text(change));
    }
    for (const [name, value] of changes) {
      if (value !== null && this.find(name) === undefined) written.push(serialization.text(name), serialization.text(value));
    }
    return { from: map.from, to: map.to, item: serialization.mapItem(map.open, written) };
  }

  /** The last one of a name is the one that Java's map would keep. */
  private find(name: string): AttachmentEntry | undefined {
    const { reader, map } = this;
    if (reader === undefined || map === undefined) return undefined;
    for (let index = map.entries.length - 1; index >= 0; index--) {
      const entry = map.entries[index]!;
      if (reader.textIs(entry.from, name)) return entry;
    }
    return undefined;
  }

  private nameOf(entry: AttachmentEntry): string {
    return this.reader?.textAt(entry.from).toLowerCase() ?? '';
  }
}
