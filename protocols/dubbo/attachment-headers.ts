import type { Fields } from 'meshloom/protocol';
import type { Attachments } from './attachments.ts';

/** What the call itself is told by, and what is about one connection or body of HTTP, whatever a list says. */
const NEVER: ReadonlySet<string> = new Set([
  ...['path', 'interface', 'version', 'group', 'generic', 'x-dubbo-types'],
  ...['connection', 'content-length', 'content-type', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

type Pair = readonly [name: string, value: string];

/** Which headers of HTTP go along as attachments of a call, and which attachments of its answer as headers. Immutable. */
export class AttachmentHeaders {
  /** Attachments by header, in lower case. */
  private readonly named = new Map<string, string>();
  private readonly beginnings: string[] = [];

  /** `list`: headers with commas between, such as `traceparent, x-shop-*, x-user=userId`; the last one has another name as an attachment. */
  constructor(list: string) {
    for (const item of list.split(',')) {
      const [header = '', attachment] = item.trim().split('=');
      const name = header.trim().toLowerCase();
      if (name.endsWith('*')) this.beginnings.push(name.slice(0, -1));
      else if (name !== '') this.named.set(name, attachment?.trim() || name);
    }
  }

  attachmentsOf(fields: Fields): readonly Pair[] {
    const found = new Map<string, string>();
    for (const [header] of fields) {
      const attachment = this.attachmentOf(header);
      // Of several lines it is all.
      if (attachment !== undefined && !found.has(attachment)) found.set(attachment, fields.get(header) ?? '');
    }
    return [...found];
  }

  headersOf(attachments: Attachments): readonly Pair[] {
    const found = new Map<string, string>();
    const take = (header: string, value: string | undefined): void => {
      if (value !== undefined && !NEVER.has(header)) found.set(header, value);
    };
    for (const [header, attachment] of this.named) take(header, attachments.get(attachment.toLowerCase()));
    if (this.beginnings.length > 0) {
      for (const name of attachments.names()) if (this.begins(name)) take(name, attachments.get(name));
    }
    return [...found];
  }

  private attachmentOf(header: string): string | undefined {
    if (NEVER.has(header)) return undefined;
    const attachment = this.named.get(header) ?? (this.begins(header) ? header : undefined);
    return attachment === undefined || NEVER.has(attachment.toLowerCase()) ? undefined : attachment;
  }

  private begins(name: string): boolean {
    return this.beginnings.some((beginning) => name.startsWith(beginning));
  }
}

export const NO_HEADERS = new AttachmentHeaders('');
