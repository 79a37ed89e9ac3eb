import type { Bytes } from 'meshloom/protocol';
import type { Front } from './front.ts';

/**
 * What must be known of a way to write Java objects in order to find a request's names and attachments.
 * A body is a row of items: in a request Dubbo version, service, service version, method, parameter types, the arguments, the attachments.
 */
export interface Serialization {
  reader(body: Bytes): ItemReader;
  /** What a request's body begins with. */
  front(body: Bytes): Front;
  /** A text, or the null that stands for none, as an item of its own. */
  textItem(text: string | undefined): Bytes;
  /** A response's result flag as an item. */
  flagItem(flag: number): Bytes;
  /** A name or a value within a map. */
  text(text: string): Bytes;
  /** A map of what stands before its first entry (empty for an ordinary one) and its entries as they are written. */
  mapItem(open: Bytes, entries: readonly Bytes[]): Bytes;
}

/** Goes through a body from item to item. What a peer wrote wrongly is `undefined` or false, never an exception, and never a read past the end. */
export interface ItemReader {
  /** Where the next item begins. */
  at: number;
  /** The text of the next item; '' for null; undefined when it is no text. */
  readText(): string | undefined;
  skipText(): boolean;
  /** A small whole number; undefined when it is none. */
  readNumber(): number | undefined;
  /** Passes over so many items of any kind. */
  skip(items: number): boolean;
  /** The text within a map that begins at `at`; '' when it is none. */
  textAt(at: number): string;
  /** The whole number within a map that begins at `at`; undefined when it is none. */
  numberAt(at: number): number | undefined;
  /** Whether that text is `name` but for its case; `name` is in lower case. */
  textIs(at: number, name: string): boolean;
  /** The map that is the next item; a null or the end of the body counts as an empty one. undefined when it is none or broken. */
  readMap(): AttachmentMap | undefined;
}

export interface AttachmentMap {
  /** The whole item in the body. */
  readonly from: number;
  readonly to: number;
  /** What stands before the first entry. */
  readonly open: Bytes;
  readonly entries: readonly AttachmentEntry[];
}

/** Where an entry stands: texts are made only of those that are asked for. */
export interface AttachmentEntry {
  /** The name begins here. */
  readonly from: number;
  readonly valueAt: number;
  readonly to: number;
  /** Its name is a text, by which it can be found. */
  readonly isNamed: boolean;
  /** Its value is a text, too. Others are passed on as they are, unless they are replaced. */
  readonly isText: boolean;
}
