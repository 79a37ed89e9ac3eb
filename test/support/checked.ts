import assert from 'node:assert/strict';
import { type Catalogue, type Configuration, check, formatProblem } from '../../src/config/index.ts';
import { catalogue } from './catalogue.ts';
import { proxyConfiguration } from './configuration.ts';

type Plain = { [key: string]: unknown };

/** A configuration without a fault, with a change made to it: `edited('servers[0].listeners[0].address', ':1')`. undefined removes. */
export function edited(...changes: readonly (readonly [path: string, value: unknown])[]): unknown {
  const document: unknown = structuredClone(proxyConfiguration({ listen: 2045, hosts: ['127.0.0.1:8080'] }));
  for (const [path, value] of changes) put(document, path, value);
  return document;
}

function put(document: unknown, path: string, value: unknown): void {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop()!;
  const at = steps.reduce<unknown>((inner, step) => (inner as Plain)[step], document) as Plain;
  if (value === undefined) delete at[last];
  else at[last] = value;
}

/** Every problem on a line of its own, as a person would see it. */
export function problemsOf(document: unknown, from: Catalogue = catalogue()): readonly string[] {
  return check(document, from).problems.map((problem) => formatProblem(problem));
}

/** The configuration, of which nothing may be wrong. */
export function accepted(document: unknown, from: Catalogue = catalogue()): Configuration {
  const { configuration, problems } = check(document, from);
  assert.deepEqual(problems, []);
  assert.ok(configuration);
  return configuration;
}

/** The paths into the configuration of `edited` that tests change most. */
export const PATHS = {
  server: 'servers[0]',
  listener: 'servers[0].listeners[0]',
  chain: 'servers[0].listeners[0].filter_chains[0]',
  proxy: 'servers[0].listeners[0].filter_chains[0].filters[0].config',
  router: 'servers[0].routers[0]',
  virtualHost: 'servers[0].routers[0].virtual_hosts[0]',
  route: 'servers[0].routers[0].virtual_hosts[0].routers[0]',
  cluster: 'cluster_manager.clusters[0]',
} as const;
