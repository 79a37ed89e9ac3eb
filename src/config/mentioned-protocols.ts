import { isRecord } from '../base/schema/json.ts';
import { protocolsNamed, RAW_PROTOCOL } from './model/protocols.ts';
import { valueAt } from './value-at.ts';

/** The protocols that a document speaks of, before anything is checked. */
export interface MentionedProtocols {
  /** As they are written, each once. */
  readonly names: readonly string[];
  /** Whether some listener takes every protocol that there is, or a script may ask in any of them. */
  readonly all: boolean;
}

/**
 * Finds out which protocols to load. A catalogue needs them, and to load them all would cost a start that speaks but one.
 * Any object counts that has MOSN's keys, for the document may be anything yet. Never throws.
 */
export function mentionedProtocols(document: unknown): MentionedProtocols {
  const names = new Set<string>();
  collect(document, names, 0);
  const all = names.delete('auto');
  return { names: [...names], all };
}

const ASKED_IN: readonly (readonly [key: string, protocol: string])[] = [
  ['http_uri', 'http1'],
  ['httpuri', 'http1'],
  ['server_uri', 'http1'],
  ['serveruri', 'http1'],
  ['grpc_service', 'http2'],
  ['grpcservice', 'http2'],
];

/** What a route says to a filter stands fourteen steps in; nobody need follow a document that goes on for ever. */
const DEEPEST = 16;

function collect(value: unknown, names: Set<string>, depth: number): void {
  if (depth > DEEPEST) return;
  if (Array.isArray(value)) {
    for (const each of value) collect(each, names, depth + 1);
    return;
  }
  if (!isRecord(value)) return;
  const settings = valueAt(value, 'extend_config');
  if (isRecord(settings)) for (const [key, each] of Object.entries(settings)) if (isRecord(each)) names.add(key);
  const subProtocol = valueAt(settings, 'sub_protocol');
  for (const key of ['downstream_protocol', 'upstream_protocol']) {
    const written = valueAt(value, key);
    if (typeof written !== 'string') continue;
    for (const name of protocolsNamed(written, typeof subProtocol === 'string' ? subProtocol : undefined)) names.add(name);
  }
  if (valueAt(value, 'type') === 'tcp_proxy') names.add(RAW_PROTOCOL);
  if (valueAt(value, 'type') === 'script') names.add('auto');
  for (const key of ['health_check', 'preconnect']) {
    const written = valueAt(valueAt(value, key), 'protocol');
    if (typeof written === 'string' && written !== '') names.add(written);
  }
  // What filters ask for themselves: Envoy's keys, as JSON of protocol buffers may write them in two ways.
  for (const [key, spoken] of ASKED_IN) if (valueAt(value, key) !== undefined) names.add(spoken);
  for (const each of Object.values(value)) collect(each, names, depth + 1);
}
