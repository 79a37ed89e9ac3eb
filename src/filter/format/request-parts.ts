/** A path without its query. */
export function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
}

/** The query without its question mark; undefined when there is none. */
export function queryOf(target: string): string | undefined {
  const mark = target.indexOf('?');
  return mark < 0 ? undefined : target.slice(mark + 1);
}

/** The first value of a query parameter as it was sent. */
export function queryArgument(target: string, name: string): string | undefined {
  return valueNamed(queryOf(target)?.split('&'), name);
}

/** A cookie of the Cookie field (RFC 6265 section 4.2.1). */
export function cookie(field: string | undefined, name: string): string | undefined {
  return valueNamed(field?.split(/; */), name);
}

function valueNamed(pairs: readonly string[] | undefined, name: string): string | undefined {
  const pair = pairs?.find((text) => text === name || text.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
