import type { ProxySettings } from '../../test/support/configuration.ts';

/** One thing that a configuration may ask for, and the configuration that asks for it and for nothing else. */
export interface Feature {
  readonly name: string;
  readonly settings: Partial<ProxySettings>;
}

function filter(type: string, config: object): Partial<ProxySettings> {
  return { listener: { stream_filters: [{ type, config }] } };
}

/** More than any client here takes. */
const MANY_TOKENS = { max_tokens: 1_000_000_000, tokens_per_fill: 1_000_000_000, fill_interval: '1s' };

/** They are at work for every request, and let every request pass: what is measured is their presence, not what they stop. */
export const FEATURES: readonly Feature[] = [
  { name: 'nothing', settings: {} },
  { name: 'access log', settings: { listener: { access_logs: [{ log_path: '/dev/null' }] } } },
  {
    name: 'route by header and regex',
    settings: { match: { regex: '^/(small|large)?$', headers: [{ name: 'host', value: '127.*', regex: true }] } },
  },
  {
    name: 'a request header added, a response header removed',
    settings: {
      route: {
        request_headers_to_add: [{ header: { key: 'x-client', value: '%downstream_remote_address%' } }],
        response_headers_to_remove: ['server'],
      },
    },
  },
  { name: 'path rewritten', settings: { route: { prefix_rewrite: '/' } } },
  { name: 'retry policy with back-off', settings: { route: { retry_policy: { retry_on: '5xx,reset', num_retries: 2 } } } },
  { name: 'half of the requests mirrored', settings: { router: { request_mirror_policies: { cluster: 'hosts', percent: 50 } } } },
  { name: 'least request', settings: { cluster: { lb_type: 'LB_LEAST_REQUEST' } } },
  { name: 'peak EWMA', settings: { cluster: { lb_type: 'LB_PEAK_EWMA' } } },
  {
    name: 'circuit breakers',
    settings: { cluster: { circuit_breakers: [{ max_connections: 1000, max_requests: 1000, max_retries: 10 }] } },
  },
  {
    name: 'health check by HTTP',
    settings: { cluster: { health_check: { protocol: 'Http1', interval: '1s', timeout: '1s', service_name: 'bench' } } },
  },
  { name: 'filter fault', settings: filter('fault', { abort: { percentage: 0, status: 503 } }) },
  { name: 'filter ip_access', settings: filter('ip_access', { ips: [{ action: 'deny', addrs: ['192.0.2.0/24', '198.51.100.0/24'] }] }) },
  { name: 'filter payload_limit', settings: filter('payload_limit', { max_entity_size: 1_048_576 }) },
  { name: 'filter buffer', settings: filter('buffer', { max_request_bytes: 65_536 }) },
  { name: 'filter cors', settings: filter('cors', { allow_origin_string_match: [{ exact: 'https://shop.example' }] }) },
  { name: 'filter local_rate_limit', settings: filter('local_rate_limit', { token_bucket: MANY_TOKENS }) },
  {
    name: 'filter flowControlFilter',
    settings: filter('flowControlFilter', { global_switch: true, rules: [{ resource: '/', threshold: 1_000_000_000 }] }),
  },
  { name: 'filter forwarded', settings: filter('forwarded', { via: 'bench' }) },
  { name: 'filter healthcheck', settings: filter('healthcheck', { endpoint: '/healthz' }) },
  { name: 'filter dsl', settings: filter('dsl', { after_router_by_dsl: 'ctx.add_request_header("by", request.method)' }) },
];
