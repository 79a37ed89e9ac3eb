import type { Fields } from 'meshloom/protocol';
import type { Attachments } from './attachments.ts';

/** Whose attachments they are. */
export interface Attached {
  readonly attachments: Attachments;
  changed: boolean;
}

/** Attachments as fields: of one name there is one. */
export class AttachmentFields<Head extends Attached> implements Fields {
  protected readonly head: Head;

  constructor(head: Head) {
    this.head = head;
  }

  get(name: string): string | undefined {
    return this.head.attachments.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: string): void {
    if (!this.head.attachments.writable) return;
    this.head.attachments.set(name, value);
    this.head.changed = true;
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === undefined ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    if (this.head.attachments.get(name) === undefined) return;
    this.head.attachments.delete(name);
    this.head.changed = true;
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (const name of this.head.attachments.names()) yield [name, this.head.attachments.get(name) ?? ''];
  }
}
