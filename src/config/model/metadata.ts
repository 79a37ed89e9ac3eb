import { converted, dictionary } from '../../base/schema/collections.ts';
import { optional } from '../../base/schema/fields.ts';
import { inWords } from '../../base/schema/json.ts';
import { object } from '../../base/schema/object.ts';
import { anything } from '../../base/schema/scalars.ts';

/** Labels of hosts, and what routes ask of them: MOSN's way into subsets of a cluster. */
export const metadata = object('Metadata', 'Labels, as Envoy nests them.', {
  filterMetadata: optional(
    object('Filter metadata', 'Labels by who they are for.', {
      mosnLb: optional(dictionary(anything()), 'Labels for the balancer.', { key: 'mosn.lb' }),
    }),
    'Labels by who they are for.',
  ),
});

/** The labels alone, as texts. */
export const labels = converted(metadata, ({ filterMetadata }, report) => {
  const texts = new Map<string, string>();
  for (const [name, value] of filterMetadata?.mosnLb ?? []) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') texts.set(name, String(value));
    else
      report
        .at('filter_metadata')
        .at('mosn.lb')
        .at(name)
        .error(`must be a string, but is ${inWords(value)}`);
  }
  return texts;
});
