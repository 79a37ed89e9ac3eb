import assert from 'node:assert/strict';
import { SILENT_LOGGER } from '../../../src/base/log.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { Report } from '../../../src/base/schema/report.ts';
import type { Schema } from '../../../src/base/schema/schema.ts';
import type { Exchange, Filter } from '../../../src/filter/filter.ts';
import type { FilterKind, FilterSurroundings } from '../../../src/filter/filter-kind.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { type Scene, type SceneOptions, scene } from '../proxy/scripted.ts';

/** A filter made of settings as a configuration has them, and exchanges that pass it, on a clock that the test moves. */
export interface FilterStage {
  readonly timers: ManualTimers;
  readonly filter: Filter;
  /** What the filter draws next, instead of 0. */
  readonly draws: number[];
  request(options?: StageRequest): Scene;
}

export interface StageRequest extends SceneOptions {
  readonly fields?: Readonly<Record<string, string>>;
}

export interface StageOptions {
  /** What routes say to the filter, in `per_filter_config`. */
  readonly ofRoute?: unknown;
  readonly surroundings?: Partial<FilterSurroundings>;
}

/** What a schema reads, of which nothing may be wrong. */
export function read<T>(schema: Schema<T>, written: unknown): T {
  const report = new Report();
  const value = schema.read(written, report);
  assert.deepEqual(report.problems, []);
  assert.ok(value !== undefined);
  return value;
}

/** What is wrong with settings, a line each. */
export function problemsOf(schema: Schema<unknown>, written: unknown): readonly string[] {
  const report = new Report();
  schema.read(written, report);
  return report.problems.map(({ severity, path, message }) => `${severity}: ${path}: ${message}`);
}

export function filterStage<Settings>(kind: FilterKind<Settings>, written: unknown = {}, options: StageOptions = {}): FilterStage {
  const timers = new ManualTimers();
  const draws: number[] = [];
  const filter = kind.build(read(kind.settings, written), {
    timers,
    log: SILENT_LOGGER,
    folder: '.',
    rebuild: () => {},
    hostsOf: () => undefined,
    suspendHost: () => false,
    random: () => draws.shift() ?? 0,
    ask: () => {
      throw new Error('nobody is there to be asked');
    },
    ...options.surroundings,
  });
  if (filter instanceof Promise) throw new Error(`${kind.type} is not there yet`);
  const filterSettings = options.ofRoute === undefined ? undefined : new Map([[kind.type, read(kind.settings, options.ofRoute)]]);
  return {
    timers,
    filter,
    draws,
    request({ fields = {}, route, head, ...rest } = {}) {
      return scene({
        filters: [filter],
        timers,
        head: { fields: new FieldList(Object.entries(fields)), ...head },
        route: route === null ? null : { filterSettings, ...route },
        ...rest,
      });
    },
  };
}

/** A filter that has a route looked for again, once for each exchange. */
export function rerouting(): Filter {
  const asked = new WeakSet<Exchange>();
  return {
    name: 'rerouting',
    onRoute(exchange) {
      if (!asked.has(exchange)) exchange.reroute();
      asked.add(exchange);
      return undefined;
    },
  };
}
