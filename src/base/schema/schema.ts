import type { Json } from './json.ts';
import type { Report } from './report.ts';

/**
 * How one kind of value is written in a configuration, read from it, and explained. The one source of truth: the types of the
 * finished configuration, the checks, the JSON Schema and the documentation all come from it.
 */
export interface Schema<T> {
  readonly shape: Shape;
  /**
   * The finished value. undefined when it cannot be used, and then at least one error has been reported.
   * Never throws, whatever the value is.
   */
  read(value: unknown, report: Report): T | undefined;
}

/** Any value but null and undefined, which both stand for an absent one. */
export type Present = NonNullable<unknown>;

/** The type of what a schema reads. */
export type Read<S> = S extends Schema<infer T> ? T : never;

/** What is known of a schema without reading anything: for documentation, and for walks along a document. */
export type Shape = Leaf | List | Dictionary | Choice | Variants | ObjectShape;

export interface Leaf {
  readonly kind: 'leaf';
  /** A word or two for a table: "duration". */
  readonly brief: string;
  /** Reads on from "must be": "an integer from 0 to 65535". */
  readonly takes: string;
  readonly json: JsonSchema;
  /** Never shown: not in a dump, not in a message. */
  readonly secret?: true;
}

export interface List {
  readonly kind: 'list';
  readonly of: Shape;
}

/** An object whose keys are free. */
export interface Dictionary {
  readonly kind: 'dictionary';
  readonly of: Shape;
}

/** One of several ways to write the same. */
export interface Choice {
  readonly kind: 'choice';
  readonly of: readonly Shape[];
}

/** An object whose key `type` says what its key `config` holds. */
export interface Variants {
  readonly kind: 'variants';
  readonly entry: ObjectShape;
  /** What `config` holds, by type. */
  readonly of: ReadonlyMap<string, Shape>;
}

export interface ObjectShape {
  readonly kind: 'object';
  /** A noun phrase in singular, unique: "Route match". */
  readonly name: string;
  readonly about: string;
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  /** As it is written in the document. */
  readonly key: string;
  /** Other spellings that are read. */
  readonly aliases: readonly string[];
  readonly about: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** As it would be written; undefined when there is none. */
  readonly fallback: Json | undefined;
  readonly standing: Standing;
}

/**
 * What Meshloom does with a key. An ignored key gives a warning and has no place in the finished configuration, so that nothing
 * can act on what the documentation calls ignored. A refused key gives an error: to go on without it would do harm.
 */
export type Standing = { readonly is: 'acted-upon' } | { readonly is: 'ignored' | 'refused'; readonly why: string };

/** A JSON Schema (draft 2020-12), as far as it is used here. */
export interface JsonSchema {
  readonly [keyword: string]: Json;
}
