import { ignored, optional, required } from './fields.ts';
import { object } from './object.ts';
import type { Report } from './report.ts';
import { anything, text } from './scalars.ts';
import type { Present, Read, Schema } from './schema.ts';

/** A value of one of several types, each with a configuration of its own: a union that is told apart by `type`. */
export type VariantOf<V> = { readonly [K in keyof V]: { readonly type: K; readonly config: Read<V[K]> } }[keyof V];

/** `{ "type": ..., "config": {...} }`, where the type says what the configuration holds, and nothing is known of that yet. */
export function typedEntry(name: string, about: string) {
  return object(name, about, {
    type: required(text({ atLeast: 1 }), 'Which kind it is.'),
    config: optional(anything(), 'The settings of that kind.'),
    goPluginConfig: ignored(anything(), 'plugins written in Go cannot be loaded', 'A shared object of Go that makes the filter.'),
  });
}

/** An entry of a closed set of types. One that is not among them is explained by `unknown`. */
export function variants<V extends Readonly<Record<string, Schema<Present>>>>(
  name: string,
  about: string,
  types: V,
  unknown: (type: string, report: Report) => void,
): Schema<VariantOf<V>> {
  const entry = typedEntry(name, about);
  return {
    shape: { kind: 'variants', entry: entry.shape, of: new Map(Object.entries(types).map(([type, schema]) => [type, schema.shape])) },
    read(value, report) {
      const written = entry.read(value, report);
      if (written === undefined) return undefined;
      const schema = Object.hasOwn(types, written.type) ? types[written.type] : undefined;
      if (schema === undefined) {
        unknown(written.type, report.at('type'));
        return undefined;
      }
      const config = schema.read(written.config ?? {}, report.at('config'));
      if (config === undefined) return undefined;
      const result = { type: written.type, config };
      report.mark(result);
      // `type` is a key of `types`, and `config` what its schema reads: the union's own definition, which the compiler cannot follow.
      return result as VariantOf<V>;
    },
  };
}
