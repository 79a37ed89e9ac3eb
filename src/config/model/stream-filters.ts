import { didYouMean } from '../../base/nearest.ts';
import type { Schema } from '../../base/schema/schema.ts';
import { typedEntry } from '../../base/schema/variants.ts';
import type { Catalogue } from '../catalogue.ts';

/** A stream filter with its settings, as the filter's own schema has read them. */
export interface StreamFilter {
  readonly type: string;
  readonly config: unknown;
}

/**
 * Stream filters of MOSN's that are not there, and without which requests still do what they should, if less of it.
 * One that guards something, or that changes what is said, is not among them: to go on without it would do harm.
 */
const DISPENSABLE: Readonly<Record<string, string>> = {
  grpc_metric: 'there are no statistics by service of gRPC',
  dubbo_stream: 'virtual hosts do not know calls by their services: routes do, by the header "service"',
};

/** Stream filters of MOSN's that guard something, or that change what is said, and what to do instead. */
const INDISPENSABLE: Readonly<Record<string, readonly [why: string, instead: string]>> = {
  transcoder: ['the upstream would be sent what it cannot read', '`upstream_protocol` of "proxy" turns protocols into each other'],
  proxywasm: ['WebAssembly modules cannot be loaded', 'the stream filter "script" loads modules of JavaScript'],
  seata: ['transactions would not be begun or ended', 'a module for the stream filter "script" can do it'],
};

/** Reads an entry of `stream_filters` with the schema that the catalogue has for its type. */
export function streamFilter(catalogue: Catalogue): Schema<StreamFilter> {
  const { streamFilters } = catalogue;
  const entry = typedEntry('Stream filter', 'A filter that sees each request and its answer.');
  return {
    shape: { kind: 'variants', entry: entry.shape, of: new Map(Array.from(streamFilters, ([type, schema]) => [type, schema.shape])) },
    read(value, report) {
      const written = entry.read(value, report);
      if (written === undefined) return undefined;
      const { type } = written;
      const schema = streamFilters.get(type);
      if (schema !== undefined) {
        const config = schema.read(written.config ?? {}, report.at('config'));
        return config === undefined ? undefined : { type, config };
      }
      const at = report.at('type');
      if (Object.hasOwn(DISPENSABLE, type)) {
        at.warn(`is not acted upon by Meshloom: there is no stream filter ${type}, and ${DISPENSABLE[type]}`);
      } else if (Object.hasOwn(INDISPENSABLE, type)) {
        const [why, instead] = INDISPENSABLE[type]!;
        at.error(`is not supported by Meshloom: there is no stream filter ${type}, and without it ${why}`, instead);
      } else {
        at.error(`names no stream filter: there is none called ${JSON.stringify(type)}`, didYouMean(type, streamFilters.keys()));
      }
      return undefined;
    },
  };
}
