import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Logger, SILENT_LOGGER } from '../../../src/base/log.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { buildHealthChecker } from '../../../src/server/build-health-checker.ts';
import type { HealthCallback, HealthResult } from '../../../src/server/cluster-surroundings.ts';
import { NO_PLUGINS } from '../../../src/server/plugins.ts';
import { HealthFlag } from '../../../src/upstream/host.ts';
import { accepted, edited, PATHS } from '../../support/checked.ts';
import { ScriptedWire } from '../stream/scripted.ts';
import { hostAt } from '../upstream/fixtures.ts';

/** A checker of the configuration, whose host fails the first check and passes the second. */
function scene(callbacks: Readonly<Record<string, HealthCallback>>, commonCallbacks: readonly string[]) {
  const health_check = { service_name: 's', event_log_path: 'events.log', common_callbacks: commonCallbacks };
  const entry = accepted(edited([`${PATHS.cluster}.health_check`, health_check])).clusterManager.clusters[0]!;
  const timers = new ManualTimers();
  const wires: ScriptedWire[] = [];
  const said: string[] = [];
  const events: string[] = [];
  const unhealthy: string[] = [];
  const note = (message: string) => said.push(message);
  const logger: Logger = { ...SILENT_LOGGER, info: note, warn: note, error: note };
  const lineSink = (path: string) => ({ write: (line: string) => events.push(`${path}: ${line}`), reopen() {}, close() {} });
  const surroundings = {
    timers,
    logger,
    plugins: NO_PLUGINS,
    folder: '.',
    protocols: new Map(),
    healthCallbacks: new Map(Object.entries(callbacks)),
    lineSink,
    listensAt: () => false,
  };
  const dial = () => {
    const wire = new ScriptedWire(wires.length);
    wires.push(wire);
    return wire;
  };
  const checker = buildHealthChecker(entry, surroundings, dial, false, ({ address }) => unhealthy.push(address));
  const host = hostAt('a:80');
  checker?.onHosts([host]);
  timers.advance(1_005);
  wires[0]!.die('connect-failed');
  assert.equal(host.hasHealthFlag(HealthFlag.activeCheck), true);
  timers.advance(15_005);
  wires[1]!.connect();
  return { said, events, unhealthy };
}

test('callbacks that the configuration names are told of each check', () => {
  const told: HealthResult[] = [];
  scene({ one: (result) => told.push(result), another: () => assert.fail('nobody named it') }, ['one']);
  const common = { cluster: 'hosts', host: 'a:80', changed: true };
  assert.deepEqual(told, [
    { ...common, passed: false, detail: 'connect-failed', healthy: false },
    { ...common, passed: true, detail: undefined, healthy: true },
  ]);
});

test('a callback that is not there is said to be missing, and one that throws does not end the checks', () => {
  const broken = (): void => {
    throw new Error('broken');
  };
  const { said } = scene({ broken }, ['broken', 'missing']);
  assert.deepEqual(said, [
    'cluster "hosts": health_check: there is no callback "missing"',
    'cluster "hosts": host a:80 is unhealthy: connect-failed',
    'cluster "hosts": a health callback failed',
    'cluster "hosts": host a:80 is healthy again',
    'cluster "hosts": a health callback failed',
  ]);
});

test('each check gives a line of the event log, and only a host that becomes unhealthy loses its connections', () => {
  const { events, unhealthy } = scene({}, []);
  assert.deepEqual(
    events.map((line) => line.replace(/time:\d+/, 'time')),
    [
      'events.log: time,host:a:80,health_status:0,current_result:0,status_changed:1\n',
      'events.log: time,host:a:80,health_status:1,current_result:1,status_changed:1\n',
    ],
  );
  assert.deepEqual(unhealthy, ['a:80']);
});
