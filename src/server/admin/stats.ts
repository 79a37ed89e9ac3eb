import { type AdminAnswer, type AdminRequest, jsonAnswer, sortedByKey, textAnswer } from './message.ts';
import type { AdminSource } from './source.ts';
import type { StatsGroup } from './stats-group.ts';

/** The group that MOSN shows at `/api/v1/stats_glob`. */
const ALL_LISTENERS = 'downstream.proxy.global';

/** `GET /api/v1/stats`: by type, labels and name, every number as text. With `?key=TYPE.LABELS` that group alone. */
export function stats({ query }: AdminRequest, source: AdminSource): AdminAnswer {
  const parameters = new Set(query.keys());
  if (parameters.size > 1) return textAnswer('only support one parameter', 400);
  const all = source.stats();
  if (parameters.size === 0) return jsonAnswer(print(all));
  const key = query.get('key') ?? '';
  const group = all.find((each) => fullName(each) === key);
  return group === undefined ? textAnswer(`no metrics key: ${key}`) : jsonAnswer(print([group]));
}

/** `GET /api/v1/stats_glob`: what all listeners have come to, a line `name:number` for each. */
export function statsOfAllListeners(_request: AdminRequest, source: AdminSource): AdminAnswer {
  const group = source.stats().find((each) => fullName(each) === ALL_LISTENERS);
  return textAnswer((group?.stats ?? []).map(({ name, value }) => `${name}:${value}\n`).join(''));
}

function print(groups: readonly StatsGroup[]): string {
  const types: Record<string, Record<string, Record<string, string>>> = {};
  for (const group of groups) {
    types[group.type] ??= {};
    types[group.type]![labelsOf(group)] = Object.fromEntries(group.stats.map(({ name, value }) => [name, String(value)]));
  }
  const sorted = Object.entries(sortedByKey(types)).map(([type, labels]) => {
    const byLabels = Object.entries(sortedByKey(labels)).map(([name, values]) => [name, sortedByKey(values)]);
    return [type, Object.fromEntries(byLabels)];
  });
  return JSON.stringify(Object.fromEntries(sorted), undefined, '\t');
}

/** `cluster.NAME.host.ADDRESS` */
function labelsOf({ labels }: StatsGroup): string {
  return Object.entries(sortedByKey(labels))
    .map(([key, value]) => `${key}.${value}`)
    .join('.');
}

function fullName(group: StatsGroup): string {
  return `${group.type}.${labelsOf(group)}`;
}
