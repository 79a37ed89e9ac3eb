import type { LogLevel } from '../../../src/base/log.ts';
import { answerAdmin } from '../../../src/server/admin/api.ts';
import type { HostState } from '../../../src/server/admin/host-state.ts';
import type { AdminAnswer } from '../../../src/server/admin/message.ts';
import type { AdminSource, JsonObject, LogControl, ProxyState } from '../../../src/server/admin/source.ts';
import type { StatsGroup } from '../../../src/server/admin/stats-group.ts';

export class FakeLogs implements LogControl {
  readonly errorLogs = new Map<string, LogLevel>([
    ['/var/log/z.log', 'error'],
    ['', 'info'],
  ]);
  readonly disabled = new Set<string>();

  levels(): Record<string, LogLevel> {
    return Object.fromEntries(this.errorLogs);
  }

  setLevel(path: string, level: LogLevel): boolean {
    if (!this.errorLogs.has(path)) return false;
    this.errorLogs.set(path, level);
    return true;
  }

  setEnabled(path: string, enabled: boolean): boolean {
    if (!this.errorLogs.has(path) && path !== '/var/log/access.log') return false;
    if (enabled) this.disabled.delete(path);
    else this.disabled.add(path);
    return true;
  }
}

/** A proxy that is whatever the test says. */
export class FakeSource implements AdminSource {
  version = '1.2.3';
  pid = 4711;
  state: ProxyState = 'running';
  document: JsonObject = {};
  groups: readonly StatsGroup[] = [];
  states: readonly HostState[] = [];
  readonly logs = new FakeLogs();
  readonly reports: string[] = [];

  configuration(): JsonObject {
    return this.document;
  }

  stats(): readonly StatsGroup[] {
    return this.groups;
  }

  hosts(): readonly HostState[] {
    return this.states;
  }

  features(): Record<string, boolean> {
    return { b: true, auto_config: false };
  }

  protocols(): readonly string[] {
    return ['one', 'two'];
  }

  environment(name: string): string | undefined {
    return { t1: 'test', t3: '' }[name];
  }

  report(message: string): void {
    this.reports.push(message);
  }

  get(target: string): AdminAnswer {
    return this.ask('GET', target);
  }

  ask(method: string, target: string, body = ''): AdminAnswer {
    const [path = '', query = ''] = target.split('?');
    return answerAdmin({ method, path, query: new URLSearchParams(query), body }, this);
  }
}
