import { list } from '../../base/schema/collections.ts';
import { required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { connectionPlace } from '../../base/schema/place.ts';
import { enumeration } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { placeTest } from '../place.ts';
import type { NetworkFilterKind } from './network-filter.ts';

const settings = object('Connection access', 'Lets connections in, or not, by where they are from and what they are to.', {
  action: required(
    enumeration('ALLOW', 'DENY'),
    '`ALLOW`: those that one of the rules describes come in, and no others. `DENY`: those do not, and all others do.',
  ),
  rules: required(list(object('Connection rule', 'Some connections: all of its keys must fit.', connectionPlace), 1), 'The rules.'),
});

/** Access by address. Envoy's filter of that name has a language of policies; this is what of it looks at addresses. */
const rbac: NetworkFilterKind<Read<typeof settings>> = {
  type: 'rbac',
  settings,
  build({ action, rules }) {
    const tests = rules.map(placeTest);
    const wanted = action === 'ALLOW';
    return {
      admit(ends) {
        const fits = tests.some((test) => test(ends));
        return fits === wanted ? undefined : wanted ? 'no rule allows it' : 'a rule denies it';
      },
    };
  },
};
export default rbac;
