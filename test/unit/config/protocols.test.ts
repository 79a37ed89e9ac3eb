import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionedProtocols } from '../../../src/config/index.ts';
import { catalogue } from '../../support/catalogue.ts';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const proxy = (settings: object) => edited([PATHS.proxy, { router_config_name: 'routes', ...settings }]);
const AT = 'servers[0].listeners[0].filter_chains[0].filters[0].config';

function read(settings: object) {
  const [filter] = accepted(proxy(settings)).server.listeners[0]!.filterChain.filters;
  assert.ok(filter?.type === 'proxy');
  return filter.config;
}

test('a protocol is found whatever the case', () => {
  for (const written of ['http1', 'Http1', 'HTTP1']) {
    const { downstreamProtocols, upstreamProtocol } = read({ downstream_protocol: written, upstream_protocol: 'Dubbo' });
    assert.deepEqual([downstreamProtocols, upstreamProtocol], [['http1'], 'dubbo']);
  }
});

test('several protocols are listed with commas between', () => {
  assert.deepEqual(read({ downstream_protocol: 'Dubbo, Http1,dubbo' }).downstreamProtocols, ['dubbo', 'http1']);
});

test('Auto is every protocol that there is, and towards the cluster the one that the client speaks', () => {
  const { downstreamProtocols, upstreamProtocol } = read({ downstream_protocol: 'Auto', upstream_protocol: 'Auto' });
  assert.deepEqual(downstreamProtocols, ['http1', 'dubbo']);
  assert.equal(upstreamProtocol, undefined);
  assert.equal(read({ downstream_protocol: 'Http1' }).upstreamProtocol, undefined);
});

test('raw bytes are no protocol that could be found out', () => {
  const from = catalogue({ protocols: new Map(['http1', 'tcp'].map((name) => [name, {}])) });
  const [filter] = accepted(proxy({ downstream_protocol: 'Auto' }), from).server.listeners[0]!.filterChain.filters;
  assert.deepEqual(filter?.type === 'proxy' && filter.config.downstreamProtocols, ['http1']);
});

test("X is MOSN's old way to say the protocol in sub_protocol", () => {
  const { downstreamProtocols, upstreamProtocol, protocolSettings } = read({
    downstream_protocol: 'X',
    upstream_protocol: 'X',
    extend_config: { sub_protocol: 'dubbo' },
  });
  assert.deepEqual([downstreamProtocols, upstreamProtocol, protocolSettings.size], [['dubbo'], 'dubbo', 0]);
  assert.deepEqual(problemsOf(proxy({ downstream_protocol: 'X' })), [
    `error: ${AT}.downstream_protocol: says that \`extend_config.sub_protocol\` names the protocol, but it does not (name the protocol here)`,
  ]);
});

test('a protocol that is not there is an error, with the one that was probably meant or those that there are', () => {
  assert.deepEqual(problemsOf(proxy({ downstream_protocol: 'Htpp1' })), [
    `error: ${AT}.downstream_protocol: names no protocol: there is none called "Htpp1" (did you mean "http1"?)`,
  ]);
  assert.deepEqual(problemsOf(proxy({ downstream_protocol: 'Http1,bolt', upstream_protocol: 'tars' })), [
    `error: ${AT}.downstream_protocol: names no protocol: there is none called "bolt" (there are: http1, dubbo)`,
    `error: ${AT}.upstream_protocol: names no protocol: there is none called "tars" (there are: http1, dubbo)`,
  ]);
  assert.deepEqual(problemsOf(proxy({ downstream_protocol: ' , ' })), [`error: ${AT}.downstream_protocol: names no protocol`]);
  assert.deepEqual(problemsOf(proxy({})), [`error: ${AT}.downstream_protocol: is missing`]);
});

test('settings of a protocol stand under its name, and are checked against what it declares', () => {
  const { protocolSettings } = read({
    downstream_protocol: 'Auto',
    extend_config: { Http1: { max_head_bytes: 1024, Lenient: true, server_name: 'x' } },
  });
  assert.deepEqual(protocolSettings, new Map([['http1', { max_head_bytes: 1024, lenient: true, server_name: 'x' }]]));
  assert.deepEqual(
    problemsOf(
      proxy({
        downstream_protocol: 'Http1',
        extend_config: { Http1: { max_head_bytes: 1023, lenient: 1, server_name: null, max_hed_bytes: 1 } },
      }),
    ),
    [
      `error: ${AT}.extend_config.Http1.max_head_bytes: must be an integer from 1024 to 1048576, but is the number 1023`,
      `error: ${AT}.extend_config.Http1.lenient: must be true or false, but is the number 1`,
      `warning: ${AT}.extend_config.Http1.max_hed_bytes: is no setting of the protocol http1 (did you mean "max_head_bytes"?)`,
    ],
  );
});

test('settings towards clients are of protocols that clients speak', () => {
  const extend_config = { dubbo: {} };
  assert.deepEqual(problemsOf(proxy({ downstream_protocol: 'Http1', upstream_protocol: 'dubbo', extend_config })), [
    `warning: ${AT}.extend_config.dubbo: is a protocol that no client speaks here (\`extend_config\` of a cluster is for what is spoken with its hosts)`,
  ]);
});

test('settings towards hosts stand at the cluster, each under the name of its protocol', () => {
  const cluster = (extend_config: object) => edited([`${PATHS.cluster}.extend_config`, extend_config]);
  const { protocolSettings } = accepted(cluster({ Http1: { max_head_bytes: 1024 } })).clusterManager.clusters[0]!;
  assert.deepEqual(protocolSettings, new Map([['http1', { max_head_bytes: 1024 }]]));
  const PLACE = 'cluster_manager.clusters[0].extend_config';
  assert.deepEqual(problemsOf(cluster({ Http1: { max_head_bytes: 1023 }, max_head_bytes: 2048 })), [
    `error: ${PLACE}.Http1.max_head_bytes: must be an integer from 1024 to 1048576, but is the number 1023`,
    `warning: ${PLACE}.max_head_bytes: is no protocol whose settings could stand here`,
  ]);
});

test('where there is but one protocol its settings may stand as they are', () => {
  const { protocolSettings } = read({ downstream_protocol: 'Http1', extend_config: { max_head_bytes: 2048 } });
  assert.deepEqual(protocolSettings, new Map([['http1', { max_head_bytes: 2048 }]]));
  assert.deepEqual(problemsOf(proxy({ downstream_protocol: 'Auto', extend_config: { max_head_bytes: 2048, Http: {} } })), [
    `warning: ${AT}.extend_config.max_head_bytes: is no protocol whose settings could stand here`,
    `warning: ${AT}.extend_config.Http: is no protocol whose settings could stand here (did you mean "http1"?)`,
  ]);
});

test('a setting may stand under the name that MOSN has for it', () => {
  const { protocolSettings } = read({ downstream_protocol: 'Http1', extend_config: { max_header_size: 2048 } });
  assert.deepEqual(protocolSettings, new Map([['http1', { max_head_bytes: 2048 }]]));
});

test('settings under the name count more than those that stand as they are', () => {
  const extend_config = { max_head_bytes: 2048, lenient: true, http1: { max_head_bytes: 4096 } };
  assert.deepEqual(read({ downstream_protocol: 'Http1', extend_config }).protocolSettings.get('http1'), {
    lenient: true,
    max_head_bytes: 4096,
  });
});

test('the protocols that a document speaks of are known before anything is checked', () => {
  const document = edited(
    [PATHS.proxy, { Downstream_Protocol: 'Http1,Dubbo', upstream_protocol: 'x', extend_config: { Sub_Protocol: './my.js' } }],
    [`${PATHS.listener}.anything`, { downstream_protocol: 5, deeper: [[{ upstream_protocol: 'Dubbo' }]] }],
  );
  assert.deepEqual(mentionedProtocols(document), { names: ['Http1', 'Dubbo', './my.js'], all: false });
  assert.equal(mentionedProtocols({ stream_filters: [{ type: 'script' }] }).all, true);
  assert.deepEqual(mentionedProtocols(proxy({ downstream_protocol: 'AUTO' })), { names: [], all: true });
  for (const nothing of [null, undefined, 1, 'x', [], {}]) assert.deepEqual(mentionedProtocols(nothing), { names: [], all: false });
});

test('a document that goes round in a circle ends', () => {
  const circle: { inner?: unknown; list?: unknown } = {};
  circle.inner = circle;
  assert.deepEqual(mentionedProtocols(circle), { names: [], all: false });
});

test('a name that is in the catalogue as it is written is taken before one of another case', () => {
  const from = catalogue({
    protocols: new Map([
      ['./Mine.js', {}],
      ['./mine.js', {}],
    ]),
  });
  const [filter] = accepted(proxy({ downstream_protocol: './mine.js' }), from).server.listeners[0]!.filterChain.filters;
  assert.deepEqual(filter?.type === 'proxy' && filter.config.downstreamProtocols, ['./mine.js']);
});
