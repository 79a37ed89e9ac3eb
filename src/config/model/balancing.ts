import { converted, dictionary, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, optional } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { boolean, enumeration, integer, number, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';

/** MOSN's balancers. */
const BALANCERS: readonly string[] = [
  'LB_RANDOM',
  'LB_ROUNDROBIN',
  'LB_WEIGHTED_ROUNDROBIN',
  'LB_REQUEST_ROUNDROBIN',
  'LB_LEAST_REQUEST',
  'LB_LEAST_CONNECTION',
  'LB_PEAK_EWMA',
  'LB_MAGLEV',
  'LB_ORIGINAL_DST',
];

/** What MOSN takes for a balancer that it does not know. Any of them sends requests to good hosts. */
export const STAND_IN = 'LB_ROUNDROBIN';

/** The name of a balancer. `there`: those that this proxy has. */
export function balancer(there: ReadonlySet<string>) {
  return converted(enumeration(...new Set([...BALANCERS, ...there])), (name, report) => {
    if (there.has(name)) return name;
    report.warn(`is not acted upon by Meshloom: there is no balancer ${name} yet, and ${STAND_IN} takes its place`);
    return STAND_IN;
  });
}

/** Envoy's bound: with a larger table it takes too long to take over another set of hosts. */
const MAX_TABLE_SIZE = 5_000_011;

const tableSize = converted(integer(2, MAX_TABLE_SIZE), (size, report) => {
  if (isPrime(size)) return size;
  report.error(`must be a prime number, but is ${size}`, 'only then do the hosts get to all of its places');
  return undefined;
});

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false;
  return true;
}

/** More points take more than 64 MiB. */
const MAX_RING_SIZE = 8 * 1024 * 1024;

/** Settings of a cluster's balancer. Each takes what it knows about. */
export type BalancerSettings = Read<typeof balancerSettings>;

export const balancerSettings = object('Balancer settings', 'Settings of the balancer. Each takes what it knows about.', {
  choiceCount: defaulted(
    integer(1, 2 ** 32 - 1),
    2,
    '`LB_LEAST_REQUEST`, `LB_LEAST_CONNECTION`, `LB_PEAK_EWMA`: how many hosts are drawn, of which the least busy is taken. Hosts of unlike weights are not drawn, but get turns by their weight divided by their load.',
  ),
  activeRequestBias: defaulted(
    number(0, 1000),
    1,
    'The same balancers: how much requests under way (or connections) count. It is an exponent: with 0 they do not, with more than 1 they count for more.',
  ),
  clientErrorBias: defaulted(number(0, 1000), 1, "`LB_PEAK_EWMA`: how much clients' errors (status 4xx) count against a host."),
  serverErrorBias: defaulted(number(0, 1000), 1, "`LB_PEAK_EWMA`: how much servers' errors (status 5xx, faults) count against a host."),
  minRingSize: defaulted(
    integer(1, MAX_RING_SIZE),
    1024,
    "`LB_RINGHASH`: how many points the hosts have on the ring together, at least. More of them make shares more even. The default is Envoy's.",
  ),
  maxRingSize: defaulted(integer(1, MAX_RING_SIZE), MAX_RING_SIZE, '`LB_RINGHASH`: how many they have at most, whatever the weights.'),
  tableSize: defaulted(
    tableSize,
    65_537,
    '`LB_MAGLEV`: how many places the table has, a prime. With a hundred for each host shares are within 1 %.',
  ),
  healthyPanicThreshold: defaulted(
    number(0, 100),
    0,
    "Ours, in Envoy's meaning: when fewer of a hundred hosts are well, and they cannot carry it all, requests go to ill ones too, for so many at once are more likely to be judged wrongly. Envoy has 50; the default is MOSN's: 0, never.",
  ),
  overprovisioningFactor: defaulted(
    integer(100, 10_000),
    140,
    "Ours, and Envoy's: a priority or locality keeps its whole share as long as so many hundredths of its well hosts would be all of them. With 140 a fourth of them may be ill.",
  ),
});

/** Where the hosts of an `ORIGINAL_DST` cluster are. */
export type OriginalDestination = Read<typeof originalDestination>;

export const originalDestination = object(
  'Original destination',
  'How a cluster of type `ORIGINAL_DST` finds where a request is to go. Without a header it is the local address of the connection: with `tproxy`, or told by the PROXY protocol, that is where the client meant to go. A destination at which this proxy itself listens is refused.',
  {
    useHeader: defaulted(
      boolean(),
      false,
      'Whether a header says it. Whoever can send requests then chooses where this proxy connects to: let nobody in who must not.',
    ),
    headerName: optional(text(), 'The header. Absent or empty: the authority (`Host`).'),
    replaceLocal: defaulted(boolean(), false, "Whether only the port counts, and the address is this machine's, 127.0.0.1."),
    maxHosts: defaulted(
      integer(1, 2 ** 20),
      4096,
      'Ours. How many destinations there are at once, at most. One without requests and connections makes room for another.',
    ),
  },
);

/** How new hosts warm up; undefined where they do not. */
export type SlowStart = Read<typeof slowStart>;

export const slowStart = object(
  'Slow start',
  'Lets the share of a new host grow little by little. Balancers that go by hash, and `LB_RANDOM` and `LB_REQUEST_ROUNDROBIN`, have none.',
  {
    mode: optional(enumeration('duration'), 'How: over a time. Absent: off.'),
    slowStartDuration: defaulted(duration(), '0s', 'How long it grows.'),
    aggression: defaulted(
      converted(number(0, 1000), (value) => (value === 0 ? 1 : value)),
      1,
      'How it grows: evenly with 1, steeply at first with more, at last with less. 0: the default.',
    ),
    minWeightPercent: defaulted(number(0, 1), 0, 'The part of its share, from 0 to 1, that it has at least.'),
  },
);

/** How a cluster's hosts are divided by their labels. */
export type Subsets = Read<typeof subsets>;

export const subsets = object('Subsets', 'Divides the hosts of a cluster by their labels. Routes ask for some by `metadata_match`.', {
  fallBackPolicy: defaulted(
    integer(0, 2),
    0,
    'What becomes of a request for whose labels there is no host that is well. 0: it fails. 1: it goes to whichever host. 2: it goes to the default subset.',
  ),
  defaultSubset: defaulted(dictionary(text()), {}, 'The labels of the hosts of the default subset. Without any, all hosts are in it.'),
  subsetSelectors: defaulted(
    list(list(text({ atLeast: 1 }))),
    [],
    'Lists of names. Hosts with equal values of all names of a list are a subset, for requests that ask for exactly these names.',
  ),
});
