import { inWords, isRecord } from './json.ts';
import type { Report } from './report.ts';
import type { Schema } from './schema.ts';

/** A list, of at least one item where that is said. Items that cannot be used are left out, each with its error. */
export function list<T>(item: Schema<T>, atLeast: 0 | 1 = 0): Schema<readonly T[]> {
  return {
    shape: { kind: 'list', of: item.shape },
    read(value, report) {
      if (!Array.isArray(value)) {
        report.error(`must be a list, but is ${inWords(value)}`, isRecord(value) ? 'put it in [ ]' : undefined);
        return undefined;
      }
      if (value.length < atLeast) report.error('must be a list with at least one item, but has none');
      const items: T[] = [];
      value.forEach((each: unknown, index) => {
        const finished = item.read(each, report.at(index));
        if (finished !== undefined) items.push(finished);
      });
      return items;
    },
  };
}

/** A list that must have exactly one item, which is what is read. */
export function onlyOne<T>(item: Schema<T>): Schema<T> {
  return {
    shape: { kind: 'list', of: item.shape },
    read(value, report) {
      if (Array.isArray(value) && value.length === 1) return item.read(value[0], report.at(0));
      const but = Array.isArray(value) ? `has ${value.length === 0 ? 'none' : value.length}` : `is ${inWords(value)}`;
      report.error(`must be a list with exactly one item, but ${but}`);
      return undefined;
    },
  };
}

/** An object whose keys are free, as pairs in the order of the document. */
export function dictionary<T>(item: Schema<T>): Schema<ReadonlyMap<string, T>> {
  return {
    shape: { kind: 'dictionary', of: item.shape },
    read(value, report) {
      if (!isRecord(value)) {
        report.error(`must be an object, but is ${inWords(value)}`);
        return undefined;
      }
      const items = new Map<string, T>();
      for (const [key, each] of Object.entries(value)) {
        const finished = item.read(each, report.at(key));
        if (finished !== undefined) items.set(key, finished);
      }
      return items;
    },
  };
}

/** One of two ways to write the same, told apart by looking at the value. */
export function either<T, U>(isFirst: (value: unknown) => boolean, first: Schema<T>, second: Schema<U>): Schema<T | U> {
  return {
    shape: { kind: 'choice', of: [first.shape, second.shape] },
    read: (value, report) => (isFirst(value) ? first.read(value, report) : second.read(value, report)),
  };
}

/** What another schema has read, looked at once more and made into something else. undefined, with an error, when it will not do. */
export function converted<T, U>(schema: Schema<T>, convert: (value: T, report: Report) => U | undefined): Schema<U> {
  return {
    shape: schema.shape,
    read(value, report) {
      const finished = schema.read(value, report);
      if (finished === undefined) return undefined;
      const result = convert(finished, report);
      if (typeof result === 'object' && result !== null) report.mark(result);
      return result;
    },
  };
}
