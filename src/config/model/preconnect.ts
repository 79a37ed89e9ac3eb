import { didYouMean } from '../../base/nearest.ts';
import { converted } from '../../base/schema/collections.ts';
import { defaulted, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { inCatalogue } from './protocols.ts';

/** Connections that are made before anybody asks for them. */
export type Preconnect = Read<ReturnType<typeof preconnect>>;

export function preconnect(catalogue: Catalogue) {
  const protocol = converted(text({ atLeast: 1 }), (written, report) => {
    const name = inCatalogue(written, catalogue);
    if (name === undefined) {
      report.error(`names no protocol: there is none called ${JSON.stringify(written)}`, didYouMean(written, catalogue.protocols.keys()));
    }
    return name;
  });
  return object('Preconnect', 'Keeps connections to every healthy host ready, so that the first requests do not wait for them.', {
    protocol: required(protocol, 'The protocol that requests are going to be sent in: connections are those of a protocol.'),
    connections: defaulted(
      integer(1, 1024),
      1,
      'How many each host has at least. They count for `max_connections`, and are replaced when they end, as by `idle_timeout`.',
    ),
  });
}
