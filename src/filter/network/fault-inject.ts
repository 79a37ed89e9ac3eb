import { duration } from '../../base/schema/duration.ts';
import { defaulted } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { integer } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { NetworkFilterKind } from './network-filter.ts';

const settings = object('Connection fault', 'Faults that are injected into connections by chance, for tests.', {
  delayPercent: defaulted(integer(0, 100), 0, 'How many of the pieces that clients send are held back, of 100.'),
  delayDuration: defaulted(duration(), '0s', 'How long such a piece is held back. What follows it waits, too.'),
  abortPercent: defaulted(integer(0, 100), 0, "How many connections are refused, of 100. MOSN's filter has only the delay."),
});

/** MOSN's `fault_inject`, which delays what clients send, and the refusal of connections besides. */
const faultInject: NetworkFilterKind<Read<typeof settings>> = {
  type: 'fault_inject',
  settings,
  build({ delayPercent, delayDuration, abortPercent }, { random }) {
    const happens = (percent: number): boolean => random() * 100 < percent;
    return {
      ...(abortPercent > 0 ? { admit: () => (happens(abortPercent) ? 'a fault was injected' : undefined) } : {}),
      ...(delayPercent > 0 && delayDuration > 0 ? { delayMs: () => (happens(delayPercent) ? delayDuration : 0) } : {}),
    };
  },
};
export default faultInject;
