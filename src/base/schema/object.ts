import { didYouMean } from '../nearest.ts';
import type { Field, Kept } from './fields.ts';
import { inWords, isRecord } from './json.ts';
import { Report } from './report.ts';
import type { FieldShape, ObjectShape, Schema } from './schema.ts';

/** The finished object of some fields: those that are acted upon, and no others. */
export type ObjectOf<F> = { readonly [P in keyof F as F[P] extends Kept<unknown> ? P : never]: F[P] extends Kept<infer T> ? T : never };

export interface ObjectSchema<T> extends Schema<T> {
  readonly shape: ObjectShape;
}

type Named = Field & FieldShape & { readonly property: string; readonly standard: () => unknown };

/**
 * An object with known keys. As in MOSN, a key is found by its exact spelling or else without regard to case, `null` is the same
 * as absent, and a key that nobody knows does no harm (it is warned of).
 */
export function object<F extends Readonly<Record<string, Field>>>(name: string, about: string, fields: F): ObjectSchema<ObjectOf<F>> {
  const named = Object.entries(fields).map(([property, field]) => nameField(property, field));
  const shape: ObjectShape = { kind: 'object', name, about, fields: named };
  const spellings = new Map(named.flatMap((field) => [field.key, ...field.aliases].map((key) => [key.toLowerCase(), field.key])));
  return {
    shape,
    read(value, report) {
      if (!isRecord(value)) {
        report.error(`must be an object, but is ${inWords(value)}`);
        return undefined;
      }
      const found = findKeys(value, named, spellings, report);
      const result: Record<string, unknown> = {};
      let complete = true;
      for (const field of named) {
        const spelled = found.get(field.key);
        const finished = spelled === undefined ? absent(field, report) : present(field, value[spelled], report.at(spelled));
        if (finished === undefined && field.required) complete = false;
        if (field.standing.is === 'acted-upon') result[field.property] = finished;
      }
      if (!complete) return undefined;
      report.mark(result);
      // The loop has put under each property what its field reads, which is what ObjectOf says; the compiler cannot follow it.
      return result as ObjectOf<F>;
    },
  };
}

function nameField(property: string, field: Field): Named {
  return { ...field, property, key: field.key ?? snakeCase(property), shape: field.schema.shape, standard: standardOf(field) };
}

function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Which key of the object is meant by each known key. Warns of those that are written twice, and of those that nobody knows. */
function findKeys(
  value: Readonly<Record<string, unknown>>,
  fields: readonly Named[],
  spellings: ReadonlyMap<string, string>,
  report: Report,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const unknown: string[] = [];
  for (const spelled of Object.keys(value)) {
    const key = spellings.get(spelled.toLowerCase());
    if (key === undefined) {
      unknown.push(spelled);
      continue;
    }
    if (value[spelled] === null || value[spelled] === undefined) continue;
    const earlier = found.get(key);
    if (earlier === undefined) {
      found.set(key, spelled);
      continue;
    }
    const counts = earlier === key ? earlier : spelled;
    found.set(key, counts);
    report.at(counts === earlier ? spelled : earlier).warn(`is written twice, in different ways: ${JSON.stringify(counts)} counts`);
  }
  const free = fields.map((field) => field.key).filter((key) => !found.has(key));
  for (const spelled of unknown) report.at(spelled).warn('is a key that nobody knows', didYouMean(spelled, free));
  return found;
}

function absent(field: Named, report: Report): unknown {
  if (field.required) report.at(field.key).error('is missing');
  return field.standard();
}

function present(field: Named, value: unknown, report: Report): unknown {
  const { standing } = field;
  if (standing.is === 'acted-upon') return field.schema.read(value, report) ?? field.standard();
  if (isEmpty(value) || field.moot(value)) return undefined;
  if (standing.is === 'ignored') report.warn(`is not acted upon by Meshloom: ${standing.why}`);
  else report.error(`is not supported by Meshloom: ${standing.why}`);
  return undefined;
}

/**
 * What takes the place of an absent value. Defaults are written as in a document, so that there is one way only to read them (a test
 * reads them all), and are read once, for what is finished is never changed.
 */
function standardOf({ fallback, schema }: Field): () => unknown {
  if (fallback === undefined) return () => undefined;
  let finished: unknown;
  return () => {
    finished ??= schema.read(fallback, new Report());
    return finished;
  };
}

/** What asks for nothing: Go's zero values, as MOSN does not tell them from an absent key. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isRecord(value)) return Object.keys(value).length === 0;
  return value === false || value === 0 || value === '';
}
