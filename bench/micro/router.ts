import type benchmark from 'benchmark';
import { FieldList } from '../../src/protocol/fields.ts';
import type { RequestHead } from '../../src/protocol/head.ts';
import { buildRouter } from '../../src/router/build-router.ts';
import type { RouteSpec } from '../../src/router/spec.ts';

const ROUTES = 10_000;

function head(authority: string, path: string, service = '', fields: Readonly<Record<string, string>> = {}): RequestHead {
  return {
    protocol: 'bench',
    scheme: service === '' ? 'http' : '',
    authority,
    path: service === '' ? path : service,
    method: 'GET',
    fields: new FieldList([['accept', '*/*'], ...Object.entries(fields)]),
    oneWay: false,
    idempotent: true,
    timeoutMs: undefined,
    upgrade: '',
  };
}

function routes(match: (index: number) => RouteSpec<number>['match']): RouteSpec<number>[] {
  return Array.from({ length: ROUTES }, (_, value) => ({ match: match(value), value }));
}

/** The sample's router, the look-ups that a mesh with 10,000 routes makes, and what each must find. */
export default function addCases(suite: benchmark.Suite): void {
  const any = ['*'];
  const cases: readonly [name: string, router: ReturnType<typeof buildRouter<number>>, head: RequestHead, expected: number][] = [
    [
      'one route, prefix /',
      buildRouter([{ domains: any, routes: [{ match: { prefix: '/' }, value: 1 }] }]),
      head('a.com:80', '/index.html'),
      1,
    ],
    [
      '10,000 prefixes',
      buildRouter([{ domains: any, routes: routes((index) => ({ prefix: `/api/service-${index}/` })) }]),
      head('a.com', '/api/service-9876/users/42?verbose=1'),
      9876,
    ],
    [
      '10,000 exact paths',
      buildRouter([{ domains: any, routes: routes((index) => ({ path: `/api/service-${index}/users` })) }]),
      head('a.com', '/api/service-9876/users'),
      9876,
    ],
    [
      '10,000 services by header',
      buildRouter([
        { domains: any, routes: routes((index) => ({ headers: [{ name: 'service', value: `com.example.Service${index}` }] })) },
      ]),
      head('', '', 'com.example.Service9876'),
      9876,
    ],
    [
      '10,000 tenants by header, one prefix',
      buildRouter([
        {
          domains: any,
          routes: routes((index) => ({
            prefix: '/',
            headers: [
              { name: 'zone', value: 'here' },
              { name: 'x-tenant', value: `tenant-${index}` },
            ],
          })),
        },
      ]),
      head('a.com', '/api/users', '', { zone: 'here', 'x-tenant': 'tenant-9876' }),
      9876,
    ],
    [
      '10,000 expressions, ^/api/service-N/.+$',
      buildRouter([{ domains: any, routes: routes((index) => ({ regex: `^/api/service-${index}/[^/]+$` })) }]),
      head('a.com', '/api/service-9876/users'),
      9876,
    ],
    [
      '100 expressions found anywhere',
      buildRouter([{ domains: any, routes: routes((index) => ({ regex: `/service-${index}/[^/]+$` })).slice(0, 100) }]),
      head('a.com', '/api/service-99/users'),
      99,
    ],
    [
      '10,000 virtual hosts, exact',
      buildRouter(routes(() => ({ prefix: '/' })).map((route, index) => ({ domains: [`service-${index}.mesh:8080`], routes: [route] }))),
      head('service-9876.mesh:8080', '/'),
      9876,
    ],
    [
      '10,000 virtual hosts, *.suffix',
      buildRouter(routes(() => ({ prefix: '/' })).map((route, index) => ({ domains: [`*.service-${index}.mesh:*`], routes: [route] }))),
      head('v1.service-9876.mesh:8080', '/'),
      9876,
    ],
  ];
  for (const [name, router, request, expected] of cases) {
    suite.add(name, () => {
      if (router.match(request) !== expected) throw new Error(`${name}: wrong route`);
    });
  }
}
