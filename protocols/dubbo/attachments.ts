import type { Bytes } from 'meshloom/protocol';
import type { AttachmentEntry, AttachmentMap, Serialization } from './serialization.ts';

/**
 * The attachments of a message, and what has been changed in them. Names keep their case on the wire and are looked up without it.
 * Attachments that are no text are passed on as they are and cannot be seen from here.
 */
export class Attachments {
  private readonly map: AttachmentMap | undefined;
  /** By name in lower case, the last one of a name, as Java's map would keep it. */
  private readonly entries = new Map<string, AttachmentEntry>();
  /** null: deleted. */
  private readonly changes = new Map<string, string | null>();

  /** undefined where the body cannot be read, or has no place for attachments: then there are none, and none can be set. */
  constructor(map: AttachmentMap | undefined) {
    this.map = map;
    for (const entry of map?.entries ?? []) this.entries.set(entry.name.toLowerCase(), entry);
  }

  get writable(): boolean {
    return this.map !== undefined;
  }

  get changed(): boolean {
    return this.changes.size > 0;
  }

  get(name: string): string | undefined {
    const change = this.changes.get(name);
    return change === undefined ? this.entries.get(name)?.value : (change ?? undefined);
  }

  set(name: string, value: string): void {
    this.changes.set(name, value);
  }

  delete(name: string): void {
    this.changes.set(name, null);
  }

  *names(): Iterable<string> {
    for (const [name, { value }] of this.entries) if (value !== undefined && this.changes.get(name) !== null) yield name;
    for (const [name, value] of this.changes) if (value !== null && this.entries.get(name)?.value === undefined) yield name;
  }

  /** These attachments, which may be of another body, with the changes of those. */
  withChangesOf(others: Attachments): Attachments {
    if (others === this) return this;
    const attachments = new Attachments(this.map);
    for (const [name, value] of others.changes) attachments.changes.set(name, value);
    return attachments;
  }

  /** The item that replaces `body` from `from` to `to`; only entries that changed are written anew. undefined when nothing is to be done. */
  rewritten(serialization: Serialization, body: Bytes): { from: number; to: number; item: Bytes } | undefined {
    const { map, changes } = this;
    if (map === undefined || changes.size === 0) return undefined;
    const written: Bytes[] = [];
    for (const entry of map.entries) {
      const change = entry.value === undefined ? undefined : changes.get(entry.name.toLowerCase());
      if (change === undefined) written.push(body.subarray(entry.from, entry.to));
      else if (change !== null) written.push(serialization.text(entry.name), serialization.text(change));
    }
    for (const [name, value] of changes) {
      // After one of the same name that is no text, for what comes later counts.
      if (value !== null && this.entries.get(name)?.value === undefined) written.push(serialization.text(name), serialization.text(value));
    }
    return { from: map.from, to: map.to, item: serialization.mapItem(map.open, written) };
  }
}
