import { didYouMean } from '../../base/nearest.ts';
import type { Schema } from '../../base/schema/schema.ts';
import { typedEntry } from '../../base/schema/variants.ts';
import type { Catalogue } from '../catalogue.ts';

/** Who finds the hosts of a cluster, with its settings, as its own schema has read them. */
export interface DiscoveryEntry {
  readonly type: string;
  readonly config: unknown;
}

/** Reads `discovery` of a cluster with the schema that the catalogue has for its type. */
export function discovery({ discoveries }: Catalogue): Schema<DiscoveryEntry> {
  const entry = typedEntry('Discovery', 'Who finds the hosts of a cluster.');
  return {
    shape: { kind: 'variants', entry: entry.shape, of: new Map(Array.from(discoveries, ([type, schema]) => [type, schema.shape])) },
    read(value, report) {
      const written = entry.read(value, report);
      if (written === undefined) return undefined;
      const { type } = written;
      const schema = discoveries.get(type);
      if (schema === undefined) {
        const message = `names no discovery: there is none called ${JSON.stringify(type)}`;
        report.at('type').error(message, didYouMean(type, discoveries.keys()) ?? 'name the plugin that brings it in `plugins`');
        return undefined;
      }
      const config = schema.read(written.config ?? {}, report.at('config'));
      return config === undefined ? undefined : { type, config };
    },
  };
}
