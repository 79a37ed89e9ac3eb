import { type AdminAnswer, type AdminRequest, errorAnswer, jsonAnswer, sortedByKey, textAnswer } from './message.ts';
import { type AdminSource, STATE_NUMBERS } from './source.ts';

/** `/api/v1/version`. What stands before the colon is what MOSN's tools look for. */
export function version(_request: AdminRequest, source: AdminSource): AdminAnswer {
  return textAnswer(`mosn version: meshloom/${source.version}`);
}

/** `GET /api/v1/states` */
export function states(_request: AdminRequest, source: AdminSource): AdminAnswer {
  return textAnswer(`pid=${source.pid}&state=${STATE_NUMBERS[source.state]}\n`);
}

/** `GET /api/v1/features`: all feature gates; with `?key=NAME` whether that one is on, which one that nobody knows is not. */
export function features({ query }: AdminRequest, source: AdminSource): AdminAnswer {
  const gates = source.features();
  if (query.size === 0) return jsonAnswer(JSON.stringify(sortedByKey(gates), undefined, 1));
  const name = query.get('key') ?? '';
  return textAnswer(String(Object.hasOwn(gates, name) && gates[name]));
}

/** `GET /api/v1/env?key=NAME&key=NAME`: environment variables, and the names of those that are not set. */
export function environment({ query }: AdminRequest, source: AdminSource): AdminAnswer {
  const names = query.getAll('key');
  if (names.length === 0) return errorAnswer(400, 'no env key');
  const found: [string, string][] = [];
  const missing: string[] = [];
  for (const name of names) {
    const value = source.environment(name);
    if (value === undefined) missing.push(name);
    else found.push([name, value]);
  }
  return jsonAnswer(
    JSON.stringify({ env: sortedByKey(Object.fromEntries(found)), not_found: missing.length === 0 ? undefined : missing }, undefined, 1),
  );
}
