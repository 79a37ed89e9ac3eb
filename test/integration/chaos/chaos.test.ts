import { Consumer, IN_FLIGHT } from './dubbo-consumer.ts';
import { Provider } from './dubbo-provider.ts';
import { HttpClient } from './http-client.ts';
import { HttpUpstream } from './http-upstream.ts';
import { chaos } from './ordeal.ts';

chaos({
  protocol: 'HTTP/1',
  clients: 48,
  proxy: {},
  startUpstream: (random, ledger) => new HttpUpstream(random, ledger).start(),
  work: (port, random, tally, next) => new HttpClient(port, random, tally).work(next),
});

chaos({
  protocol: `Dubbo with ${IN_FLIGHT} calls in flight on each connection`,
  clients: 16,
  proxy: {
    proxy: { downstream_protocol: 'dubbo', upstream_protocol: 'dubbo' },
    match: { headers: [{ name: 'service', value: '.*', regex: true }] },
  },
  startUpstream: (random, ledger) => new Provider(random, ledger).start(),
  work: (port, random, tally, next) => new Consumer(port, random, tally).work(next),
});
