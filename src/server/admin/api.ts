import { clusters } from './clusters.ts';
import { configDump } from './config-dump.ts';
import { disableLog, enableLog, logLevels, updateLogLevel } from './logs.ts';
import { type AdminAnswer, type AdminRequest, textAnswer } from './message.ts';
import { plugins } from './plugins.ts';
import { environment, features, states, version } from './process.ts';
import { prometheus } from './prometheus.ts';
import type { AdminSource } from './source.ts';
import { stats, statsOfAllListeners } from './stats.ts';

export type AdminHandler = (request: AdminRequest, source: AdminSource) => AdminAnswer;

interface Api {
  readonly method: 'GET' | 'POST' | 'any';
  readonly handle: AdminHandler;
}

/** MOSN's paths and methods, and two of Envoy's: for hosts, and for Prometheus. */
const APIS: ReadonlyMap<string, Api> = new Map<string, Api>([
  ['/api/v1/config_dump', { method: 'GET', handle: configDump }],
  ['/api/v1/disable_log', { method: 'POST', handle: disableLog }],
  ['/api/v1/enable_log', { method: 'POST', handle: enableLog }],
  ['/api/v1/env', { method: 'GET', handle: environment }],
  ['/api/v1/features', { method: 'GET', handle: features }],
  ['/api/v1/get_loglevel', { method: 'GET', handle: logLevels }],
  ['/api/v1/plugin', { method: 'any', handle: plugins }],
  ['/api/v1/states', { method: 'GET', handle: states }],
  ['/api/v1/stats', { method: 'GET', handle: stats }],
  ['/api/v1/stats_glob', { method: 'GET', handle: statsOfAllListeners }],
  ['/api/v1/update_loglevel', { method: 'POST', handle: updateLogLevel }],
  ['/api/v1/version', { method: 'any', handle: version }],
  ['/clusters', { method: 'GET', handle: clusters }],
  ['/stats/prometheus', { method: 'GET', handle: prometheus }],
]);

/** What MOSN answers at `/`, and at every path that is no API. */
const HELP = `supported APIs:\n${[...APIS.keys()].map((path) => `${path}\n`).join('')}`;

/** The answer to one request. Never throws at what the client sent. */
export function answerAdmin(request: AdminRequest, source: AdminSource): AdminAnswer {
  const api = APIS.get(request.path);
  if (api === undefined) return textAnswer(HELP);
  // HEAD is GET without the body, which node:http leaves out (RFC 9110 section 9.3.2).
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (api.method !== 'any' && api.method !== method) {
    return { ...textAnswer('', 405), allow: api.method === 'GET' ? 'GET, HEAD' : api.method };
  }
  return api.handle(request, source);
}
