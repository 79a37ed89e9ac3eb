import type { LogLevel } from '../../base/log.ts';
import type { HostState } from './host-state.ts';
import type { StatsGroup } from './stats-group.ts';

/**
 * What the proxy is doing, by the stages of a MOSN process: its tools wait for `running` (6) after a start, and for nothing else.
 * A new configuration is taken over without leaving `running`.
 */
export type ProxyState = 'created' | 'building' | 'starting' | 'running' | 'draining' | 'stopping' | 'stopped';

/** MOSN's numbers for them, which `/api/v1/states` prints. */
export const STATE_NUMBERS: Readonly<Record<ProxyState, number>> = {
  created: 0,
  building: 2,
  starting: 4,
  running: 6,
  draining: 8,
  stopping: 9,
  stopped: 11,
};

/** The loggers of one proxy, known by the path that they write to; '' is the console. */
export interface LogControl {
  /** Of the error loggers. Access logs have no level. */
  levels(): Readonly<Record<string, LogLevel>>;
  /** False when no error logger writes there. */
  setLevel(path: string, level: LogLevel): boolean;
  /** Error and access logs. What is logged while one is disabled is lost. False when no logger writes there. */
  setEnabled(path: string, enabled: boolean): boolean;
}

/** A value that JSON has a spelling for. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** What the admin API knows of the proxy that it serves. Everything is asked for anew at each request. */
export interface AdminSource {
  /** Of Meshloom: `0.1.0`. */
  readonly version: string;
  readonly pid: number;
  readonly state: ProxyState;
  /** The configuration in force, in MOSN's form and spelling, secrets already masked. */
  configuration(): JsonObject;
  /** See `collectStats`. */
  stats(): readonly StatsGroup[];
  /** Every host of every cluster. */
  hosts(): readonly HostState[];
  readonly logs: LogControl;
  /** Feature gates by name. */
  features(): Readonly<Record<string, boolean>>;
  /** Names of the protocols that are loaded. */
  protocols(): readonly string[];
  /** Environment variables, secrets already masked. */
  environment(name: string): string | undefined;
  /** Takes a line about what a client of the API changed. */
  report(message: string): void;
}
