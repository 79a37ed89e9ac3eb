import { dictionary } from '../../base/schema/collections.ts';
import { optional } from '../../base/schema/fields.ts';
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
