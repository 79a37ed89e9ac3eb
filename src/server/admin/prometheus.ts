import { type AdminAnswer, type AdminRequest, sortedByKey } from './message.ts';
import type { AdminSource } from './source.ts';
import type { StatsGroup } from './stats-group.ts';

/** Prometheus' text exposition format, version 0.0.4. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface Family {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly samples: string[];
}

/** `GET /stats/prometheus`: the numbers of `/api/v1/stats` as `TYPE_NAME{LABELS} NUMBER`, and durations as histograms besides. */
export function prometheus(_request: AdminRequest, source: AdminSource): AdminAnswer {
  return { status: 200, contentType: CONTENT_TYPE, body: exposition(source.stats()) };
}

/** All samples of a name must stand together, though they come from many groups. */
export function exposition(groups: readonly StatsGroup[]): string {
  const families = new Map<string, Family>();
  const family = (name: string, kind: Family['kind']): string[] => {
    let found = families.get(name);
    if (found === undefined) {
      found = { kind, samples: [] };
      families.set(name, found);
    }
    return found.samples;
  };
  for (const { type, labels, stats, histograms = [] } of groups) {
    for (const { name, kind, value } of stats) {
      const full = metricName(`${type}_${name}`);
      family(full, kind).push(`${full}${labelSet(labels)} ${value}`);
    }
    for (const { name, bounds, counts, sum } of histograms) {
      const full = metricName(`${type}_${name}`);
      const samples = family(full, 'histogram');
      let total = 0;
      counts.forEach((count, at) => {
        total += count;
        samples.push(`${full}_bucket${labelSet({ ...labels, le: at < bounds.length ? String(bounds[at]) : '+Inf' })} ${total}`);
      });
      samples.push(`${full}_sum${labelSet(labels)} ${sum}`, `${full}_count${labelSet(labels)} ${total}`);
    }
  }
  return [...families].map(([name, { kind, samples }]) => `# TYPE ${name} ${kind}\n${samples.join('\n')}\n`).join('');
}

function metricName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_:]/g, '_');
}

function labelSet(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(sortedByKey(labels)).map(([key, value]) => `${metricName(key)}="${escapeLabel(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
