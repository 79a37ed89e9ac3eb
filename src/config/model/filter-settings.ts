import { didYouMean } from '../../base/nearest.ts';
import { optional } from '../../base/schema/fields.ts';
import { inWords, isRecord } from '../../base/schema/json.ts';
import type { FieldShape, Schema } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';

/** Settings for stream filters, by their types. */
export type FilterSettings = ReadonlyMap<string, unknown>;

const MEANING =
  'Settings for stream filters of the listener, by their types. They take the place of all that the filter itself has, and those of a route that of those of its virtual host.';

/** `per_filter_config` of a route or virtual host. Each filter's part is read with the schema of its type. */
export function perFilterConfig(catalogue: Catalogue) {
  return optional(filterSettings(catalogue), MEANING);
}

function filterSettings({ streamFilters }: Catalogue): Schema<FilterSettings> {
  const fields = Array.from(
    streamFilters,
    ([type, { shape }]): FieldShape => ({
      key: type,
      aliases: [],
      about: `Settings of the stream filter \`${type}\`.`,
      shape,
      required: false,
      fallback: undefined,
      standing: { is: 'acted-upon' },
    }),
  );
  return {
    shape: { kind: 'object', name: 'Filter settings', about: 'What is said to stream filters for some requests only.', fields },
    read(value, report) {
      if (!isRecord(value)) {
        report.error(`must be an object, but is ${inWords(value)}`);
        return undefined;
      }
      const settings = new Map<string, unknown>();
      for (const [type, written] of Object.entries(value)) {
        if (written === null) continue;
        const place = report.at(type);
        const schema = streamFilters.get(type);
        if (schema === undefined) {
          place.warn('has no effect: there is no such stream filter', didYouMean(type, streamFilters.keys()));
          continue;
        }
        const finished = schema.read(written, place);
        if (finished !== undefined) settings.set(type, finished);
      }
      report.mark(settings);
      return settings;
    },
  };
}
