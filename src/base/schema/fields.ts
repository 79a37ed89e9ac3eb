import type { Json } from './json.ts';
import type { Present, Schema, Standing } from './schema.ts';

/** One key of an object: how it is called, what it holds, and what comes of it. */
export interface Field {
  readonly schema: Schema<unknown>;
  readonly about: string;
  readonly required: boolean;
  readonly fallback: Json | undefined;
  readonly standing: Standing;
  /** Whether a value of an ignored or refused key asks for what is done anyway, and so needs no word. */
  readonly moot: Moot;
  readonly key: string | undefined;
  readonly aliases: readonly string[];
}

declare const type: unique symbol;

/** A field whose value has its place in the finished configuration, as a `T`. */
export interface Kept<T> extends Field {
  readonly schema: Schema<NonNullable<T>>;
  readonly standing: { readonly is: 'acted-upon' };
  readonly [type]?: T;
}

export type Moot = (value: unknown) => boolean;

/** How a key is spelled, where it is not the snake case of the property's name. */
export interface Spelling {
  readonly key?: string;
  readonly aliases?: readonly string[];
}

const ACTED_UPON = { is: 'acted-upon' } as const;

const never: Moot = () => false;

function field<T extends Present>(schema: Schema<T>, about: string, spelling: Spelling) {
  return {
    schema,
    about,
    required: false,
    fallback: undefined,
    standing: ACTED_UPON,
    moot: never,
    key: spelling.key,
    aliases: spelling.aliases ?? [],
  };
}

/** A key that must be there. */
export function required<T extends Present>(schema: Schema<T>, about: string, spelling: Spelling = {}): Kept<T> {
  return { ...field(schema, about, spelling), required: true };
}

/** A key that may be absent, and then nothing takes its place. */
export function optional<T extends Present>(schema: Schema<T>, about: string, spelling: Spelling = {}): Kept<T | undefined> {
  return field(schema, about, spelling);
}

/** A key that stands for something when it is absent. The default is given as one would write it. */
export function defaulted<T extends Present>(schema: Schema<T>, fallback: Json, about: string, spelling: Spelling = {}): Kept<T> {
  return { ...field(schema, about, spelling), fallback };
}

/** A key of MOSN's that Meshloom passes over, with a warning that gives the reason. Reads on from "is ignored: ". */
export function ignored(schema: Schema<Present>, why: string, about: string, moot: Moot = never, spelling: Spelling = {}): Field {
  return { ...field(schema, about, spelling), standing: { is: 'ignored', why }, moot };
}

/** A key of MOSN's that cannot be passed over without harm, and so is an error. Reads on from "is not supported: ". */
export function refused(schema: Schema<Present>, why: string, about: string, moot: Moot = never, spelling: Spelling = {}): Field {
  return { ...field(schema, about, spelling), standing: { is: 'refused', why }, moot };
}
