import { canonicalPath } from '../router/path.ts';
import type { Filter } from './filter.ts';

/** Gives every request the one spelling of its path, so that filters and upstreams see what routes see. The query stays as it came. */
export const NORMALIZED_PATH: Filter = {
  name: 'normalize_path',
  onRequest({ request }) {
    const query = request.path.indexOf('?');
    const path = query < 0 ? request.path : request.path.slice(0, query);
    const canonical = canonicalPath(path);
    // A head that nobody changes leaves as it came.
    if (canonical !== path) request.path = query < 0 ? canonical : canonical + request.path.slice(query);
    return undefined;
  },
};
