import { converted, list } from '../../base/schema/collections.ts';
import { defaulted, required } from '../../base/schema/fields.ts';
import { notation } from '../../base/schema/notation.ts';
import { object } from '../../base/schema/object.ts';
import { enumeration, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { perFilterConfig } from './filter-settings.ts';
import { folderOf } from './folder.ts';
import { headerLists } from './headers.ts';
import { route } from './route.ts';

const requireTls = converted(enumeration('NONE', 'EXTERNAL_ONLY', 'ALL'), (written, report) => {
  if (written === 'EXTERNAL_ONLY') {
    report.warn('is not acted upon by Meshloom: nobody says which requests are internal', 'write "ALL", for all of them');
  }
  return written === 'ALL';
});

/** The routes for some names of hosts. */
export type VirtualHost = Read<ReturnType<typeof virtualHost>>;

function virtualHost(catalogue: Catalogue) {
  const toTls = route(catalogue);
  const entry = object('Virtual host', 'The routes for some names of hosts.', {
    name: defaulted(text(), '', 'A name, for logs.'),
    domains: defaulted(
      list(notation('domain', 'a domain such as "example.org", "*.example.org" or "*"', catalogue.domainFault)),
      [],
      'The names of hosts, without regard to case: exact, `*.example.org`, `www.*`, or `*` for all that no other virtual host has; each with a port or without.',
    ),
    routes: defaulted(list(route(catalogue)), [], 'The routes, of which the first that matches is taken.', { key: 'routers' }),
    requireTls: defaulted(
      requireTls,
      'NONE',
      "`ALL`: requests that came without TLS are sent to the same place with `https`, by 301, whatever the routes say; calls, which cannot be sent anywhere, are refused. The connection to this proxy counts, and nothing that a client says. The meaning is Envoy's, as MOSN never looks at it; `EXTERNAL_ONLY` has no effect, for nobody says which requests are internal.",
    ),
    ...headerLists,
    perFilterConfig: perFilterConfig(catalogue),
  });
  return converted(entry, ({ requireTls: required, ...rest }, report) => ({
    ...rest,
    /** Where it is there, it comes before all routes for requests that came without TLS. */
    withoutTls: required ? toTls.read({ redirect: { https_redirect: true } }, report) : undefined,
  }));
}

/** A table of routes, which listeners name. */
export type Router = Read<ReturnType<typeof router>>;

export function router(catalogue: Catalogue) {
  return object('Router', 'A table of routes, which the proxies of listeners name.', {
    routerConfigName: required(text({ atLeast: 1 }), 'The name that listeners know it by.'),
    virtualHosts: defaulted(list(virtualHost(catalogue)), [], 'The virtual hosts.'),
    ...headerLists,
    routerConfigs: folderOf('virtual host', 'virtual_hosts'),
  });
}
