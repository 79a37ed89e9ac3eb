import { duration } from '../../../base/schema/duration.ts';
import { defaulted, optional, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { integer, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { headerMatches } from '../../header-match.ts';

const percentage = defaulted(integer(0, 100), 0, 'How many requests of a hundred it happens to.');

const delay = object('Fault delay', 'Requests that are held back.', {
  percentage,
  fixedDelay: required(duration(), 'For how long.'),
});

const abort = object('Fault abort', 'Requests that are answered here instead of by the upstream.', {
  percentage,
  status: required(
    integer(200, 599),
    'The status that they are answered with. A protocol with statuses of its own gives the one that is nearest.',
  ),
});

export type FaultSettings = Read<typeof settings>;

export const settings = object('Fault', 'Injects faults, to see what clients make of them: `fault`.', {
  delay: optional(delay, 'Requests that are held back.'),
  abort: optional(abort, 'Requests that are answered here. A request may be held back first.'),
  upstreamCluster: defaulted(text(), '', 'Only requests to this cluster. Empty: to any.'),
  headers: defaulted(headerMatches, [], 'Only requests with these headers, all of them.'),
});
