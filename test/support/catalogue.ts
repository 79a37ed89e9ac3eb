import type { Catalogue } from '../../src/config/index.ts';
import { cipherSuitesFault, curvesFault } from '../../src/net/tls/cipher-suites.ts';
import { parseDomain } from '../../src/router/domain.ts';

/** A proxy with two protocols and everything that part of it needs, whose judges of domains and ciphers are the real ones. */
export function catalogue(changes: Partial<Catalogue> = {}): Catalogue {
  return {
    protocols: new Map([
      [
        'http1',
        {
          options: [
            {
              name: 'max_head_bytes',
              aliases: ['max_header_size'],
              type: 'integer',
              default: 65536,
              minimum: 1024,
              maximum: 1048576,
              description: 'Bytes of a head.',
            },
            { name: 'lenient', type: 'boolean', default: false, description: 'Nothing.' },
            { name: 'server_name', type: 'string', default: '', description: 'Nothing.' },
          ],
        },
      ],
      ['dubbo', {}],
    ]),
    networkFilters: new Set(['proxy', 'tcp_proxy', 'udp_proxy']),
    connectionFilters: new Map(),
    streamFilters: new Map(),
    discoveries: new Map(),
    balancers: new Set(['LB_RANDOM', 'LB_ROUNDROBIN']),
    domainFault: (domain) => fault(parseDomain(domain)),
    accessLogFault: (format) => (format.split('%').length % 2 === 0 ? 'a percent sign has no partner' : undefined),
    variableFault: (name) => (name.includes(' ') ? 'there is a space in it' : undefined),
    expressionFault: (source) => (source.includes('(') ? 'there is a bracket in it' : undefined),
    cipherSuitesFault,
    curvesFault,
    ...changes,
  };
}

function fault(result: unknown): string | undefined {
  return typeof result === 'string' ? result : undefined;
}
