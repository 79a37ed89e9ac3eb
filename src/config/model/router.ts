import { list } from '../../base/schema/collections.ts';
import { defaulted, ignored, required } from '../../base/schema/fields.ts';
import { notation } from '../../base/schema/notation.ts';
import { object } from '../../base/schema/object.ts';
import { text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { perFilterConfig } from './filter-settings.ts';
import { folderOf } from './folder.ts';
import { headerLists } from './headers.ts';
import { route } from './route.ts';

/** The routes for some names of hosts. */
export type VirtualHost = Read<ReturnType<typeof virtualHost>>;

function virtualHost(catalogue: Catalogue) {
  return object('Virtual host', 'The routes for some names of hosts.', {
    name: defaulted(text(), '', 'A name, for logs.'),
    domains: defaulted(
      list(notation('domain', 'a domain such as "example.org", "*.example.org" or "*"', catalogue.domainFault)),
      [],
      'The names of hosts, without regard to case: exact, `*.example.org`, `www.*`, or `*` for all that no other virtual host has; each with a port or without.',
    ),
    routes: defaulted(list(route(catalogue)), [], 'The routes, of which the first that matches is taken.', { key: 'routers' }),
    requireTls: ignored(text(), 'MOSN does not act upon it either', 'Whether requests must have come over TLS.'),
    ...headerLists,
    perFilterConfig: perFilterConfig(catalogue),
  });
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
