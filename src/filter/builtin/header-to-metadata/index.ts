import { converted, list } from '../../../base/schema/collections.ts';
import { defaulted, optional, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { fieldReader } from '../../../router/field.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind } from '../../filter-kind.ts';
import { HOST_LABELS } from '../../host-labels.ts';

const label = object('Header label', 'A label that hosts must have.', {
  key: required(text({ atLeast: 1 }), 'Its name.'),
  value: defaulted(text(), '', 'Its value. Empty: that of the header.'),
});

const rule = converted(
  object('Header rule', 'What a header, or its absence, says of the host.', {
    header: required(text({ atLeast: 1 }), 'The header, or the attachment of a call; `method` and `service` are there for each request.'),
    onPresent: optional(label, 'The label, where a request has the header.', { key: 'on_header_present' }),
    onMissing: optional(label, 'The label, where a request does not have it.', { key: 'on_header_missing' }),
    remove: defaulted(boolean(), false, 'Whether the upstream does not get the header.'),
  }),
  (written, report) => {
    const { header, onPresent, onMissing, remove } = written;
    if ((onPresent === undefined) === (onMissing === undefined)) {
      report.error('must have exactly one of `on_header_present` and `on_header_missing`');
    }
    return { name: header.toLowerCase(), read: fieldReader(header), onPresent, onMissing, remove };
  },
);

type HeaderToMetadataSettings = Read<typeof settings>;

const settings = object('Header to metadata', 'Asks for hosts with labels that requests name: `header_to_metadata`.', {
  rules: defaulted(list(rule), [], 'The rules; a later one may say something else of the same label.', { key: 'request_rules' }),
});

const kind: FilterKind<HeaderToMetadataSettings> = {
  type: 'header_to_metadata',
  settings,
  build: (own) => new HeaderToMetadataFilter(own),
};
export default kind;

/** Makes labels of headers, in MOSN's meaning: they come before those of the route, for the choice among a cluster's subsets. */
class HeaderToMetadataFilter implements Filter {
  readonly name = kind.type;
  private readonly own: HeaderToMetadataSettings;

  constructor(own: HeaderToMetadataSettings) {
    this.own = own;
  }

  onRoute(exchange: Exchange): Verdict {
    const { rules } = exchange.routeSettings(kind) ?? this.own;
    const { request } = exchange;
    const labels: Record<string, string> = { ...exchange.get(HOST_LABELS) };
    let count = 0;
    for (const { name, read, onPresent, onMissing, remove } of rules) {
      const value = read(request);
      const label = value === undefined ? onMissing : onPresent;
      if (label !== undefined) {
        labels[label.key] = label.value || (value ?? '');
        count++;
      }
      if (remove && value !== undefined) request.fields.delete(name);
    }
    if (count > 0) exchange.set(HOST_LABELS, labels);
    return undefined;
  }
}
