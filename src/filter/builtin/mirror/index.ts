import { defaulted } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, integer } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import type { FilterKind } from '../../filter-kind.ts';
import { MIRRORING, type Mirroring } from '../../mirroring.ts';

type MirrorSettings = Read<typeof settings>;

/** A slip of the pen must not multiply the traffic a thousandfold. */
const MOST_COPIES = 100;

const settings = object('Mirror', 'Says how often requests are copied to the mirror of their route: `mirror`.', {
  amplification: defaulted(integer(1, MOST_COPIES), 1, 'How many copies of a request are sent.'),
  broadcast: defaulted(
    boolean(),
    false,
    'Whether each healthy host of the mirror gets a copy, in place of `amplification`, and the cluster of the route none: the client is told that all is well.',
  ),
});

/** In MOSN's meaning. Which requests are copied, and where to, says the route: `request_mirror_policies`. */
const kind: FilterKind<MirrorSettings> = {
  type: 'mirror',
  settings,
  build(own) {
    const usual = mirroring(own);
    return {
      name: kind.type,
      onRoute(exchange) {
        const ofRoute = exchange.routeSettings(kind);
        exchange.set(MIRRORING, ofRoute === undefined ? usual : mirroring(ofRoute));
        return undefined;
      },
    };
  },
};
export default kind;

function mirroring({ amplification, broadcast }: MirrorSettings): Mirroring {
  return { copies: amplification, broadcast };
}
