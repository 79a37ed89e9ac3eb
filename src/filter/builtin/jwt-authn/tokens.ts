import type { RequestHead } from '../../../protocol/head.ts';
import type { Provider } from './settings.ts';

/** Where a request may hold a token for a provider. */
export interface TokenPlace {
  /** The token; undefined where there is none. */
  find(head: RequestHead): string | undefined;
  /** Takes it away. */
  remove(head: RequestHead): void;
}

/** RFC 6750 sections 2.1 and 2.3. */
const BEARER = 'Bearer ';
const STANDARD_PARAMETER = 'access_token';

/** The places of a provider; without any of its own, those of RFC 6750. */
export function tokenPlaces({ fromHeaders, fromParams }: Provider): readonly TokenPlace[] {
  if (fromHeaders.length === 0 && fromParams.length === 0) return [inHeader('authorization', BEARER), inParameter(STANDARD_PARAMETER)];
  return [...fromHeaders.map(({ name, valuePrefix }) => inHeader(name.toLowerCase(), valuePrefix)), ...fromParams.map(inParameter)];
}

function inHeader(name: string, prefix: string): TokenPlace {
  const lower = prefix.toLowerCase();
  const find = ({ fields }: RequestHead): string | undefined => {
    const value = fields.get(name);
    // The name of a scheme has no case (RFC 9110 section 11.1).
    return value?.toLowerCase().startsWith(lower) ? value.slice(prefix.length).trim() : undefined;
  };
  return {
    find,
    remove(head) {
      if (find(head) !== undefined) head.fields.delete(name);
    },
  };
}

function inParameter(name: string): TokenPlace {
  return {
    find({ path }) {
      const query = path.indexOf('?');
      return query < 0 ? undefined : (new URLSearchParams(path.slice(query + 1)).get(name) ?? undefined);
    },
    remove(head) {
      const query = head.path.indexOf('?');
      if (query < 0) return;
      // The others stay as they were written.
      const kept = head.path
        .slice(query + 1)
        .split('&')
        .filter((each) => decoded(each.split('=', 1)[0]!) !== name);
      const removed = kept.join('&');
      if (removed.length < head.path.length - query - 1) head.path = `${head.path.slice(0, query)}${removed === '' ? '' : `?${removed}`}`;
    },
  };
}

function decoded(name: string): string {
  return [...new URLSearchParams(`${name}=`).keys()][0] ?? '';
}
