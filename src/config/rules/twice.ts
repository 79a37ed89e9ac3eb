import type { Report } from '../../base/schema/report.ts';

/** Reports each value whose name an earlier one has. A name of undefined is none. */
export function checkTwice<T extends object>(
  values: Iterable<T>,
  nameOf: (value: T) => string | undefined,
  key: string,
  report: Report,
): void {
  const first = new Map<string, string>();
  for (const value of values) {
    const name = nameOf(value);
    if (name === undefined) continue;
    const place = report.where(value);
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, place.path);
    else place.at(key).error(`is ${JSON.stringify(name)}, which ${earlier} has already`);
  }
}
