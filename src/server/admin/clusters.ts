import type { HostState } from './host-state.ts';
import { type AdminAnswer, type AdminRequest, jsonAnswer, textAnswer } from './message.ts';
import type { AdminSource } from './source.ts';

/** `GET /clusters`: every host with its health, a line `CLUSTER::ADDRESS::NAME::VALUE` for each thing, as in Envoy; `?format=json` as JSON. */
export function clusters({ query }: AdminRequest, source: AdminSource): AdminAnswer {
  const hosts = source.hosts();
  switch (query.get('format') ?? 'text') {
    case 'text':
      return textAnswer(hosts.map(linesOf).join(''));
    case 'json':
      return jsonAnswer(JSON.stringify({ hosts }, undefined, 1));
    default:
      return textAnswer('format is text or json\n', 400);
  }
}

function linesOf(host: HostState): string {
  const values: readonly (readonly [name: string, value: string | number])[] = [
    ['hostname', host.hostname],
    ['weight', host.weight],
    ['health_flags', host.healthFlags.length === 0 ? 'healthy' : host.healthFlags.map((flag) => `/${flag}`).join('')],
    ['rq_total', host.requestTotal],
    ['rq_active', host.requestActive],
    ['rq_success', host.responseSuccess],
    ['rq_error', host.responseFailed],
  ];
  return values.map(([name, value]) => `${host.cluster}::${host.address}::${name}::${value}\n`).join('');
}
