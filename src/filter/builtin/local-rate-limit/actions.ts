import { converted, list } from '../../../base/schema/collections.ts';
import { defaulted, optional, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { text } from '../../../base/schema/scalars.ts';
import { fieldReader } from '../../../router/field.ts';
import type { Exchange } from '../../filter.ts';
import { hostOf } from '../../format/address-parts.ts';

/** Makes one entry of a request: a key, and the value that the request has for it, if any. */
export interface Action {
  readonly key: string;
  value(exchange: Exchange): string | undefined;
}

const nothing = object('Empty settings', 'There is nothing to set.', {});

const requestHeaders = object('Header action', 'An entry with the value of a header. A request without it has no such entry.', {
  headerName: required(text({ atLeast: 1 }), 'The header, the attachment of a call, `method` or `service`.'),
  descriptorKey: required(text({ atLeast: 1 }), 'The key of the entry.'),
});

const genericKey = object('Fixed action', 'An entry that every request has.', {
  descriptorValue: required(text({ atLeast: 1 }), 'Its value.'),
  descriptorKey: defaulted(text({ atLeast: 1 }), 'generic_key', 'Its key.'),
});

const action = converted(
  object('Rate limit action', 'Makes an entry of a request. One of the keys.', {
    requestHeaders: optional(requestHeaders, 'An entry with the value of a header.'),
    remoteAddress: optional(nothing, 'The entry `remote_address`: the address that the connection comes from.'),
    destinationCluster: optional(nothing, 'The entry `destination_cluster`: the cluster of the route.'),
    genericKey: optional(genericKey, 'An entry that every request has.'),
  }),
  (written, report): Action | undefined => {
    const actions: Action[] = [];
    if (written.requestHeaders !== undefined) {
      const read = fieldReader(written.requestHeaders.headerName);
      actions.push({ key: written.requestHeaders.descriptorKey, value: ({ request }) => read(request) });
    }
    if (written.remoteAddress !== undefined) {
      actions.push({ key: 'remote_address', value: ({ downstream }) => hostOf(downstream.remoteAddress) });
    }
    if (written.destinationCluster !== undefined) {
      actions.push({ key: 'destination_cluster', value: ({ route }) => route?.clusterName });
    }
    if (written.genericKey !== undefined) {
      const { descriptorKey, descriptorValue } = written.genericKey;
      actions.push({ key: descriptorKey, value: () => descriptorValue });
    }
    if (actions.length !== 1) {
      report.error('must have exactly one of `request_headers`, `remote_address`, `destination_cluster` and `generic_key`');
    }
    return actions[0];
  },
);

/** What makes a list of entries of a request. */
export const rateLimitActions = object('Rate limit', 'Makes a list of entries of a request.', {
  actions: required(list(action, 1), 'What makes the entries, in order.'),
});
