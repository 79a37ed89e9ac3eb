import { converted, list } from '../../../base/schema/collections.ts';
import { defaulted, ignored } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, integer, number } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';

export type FaultToleranceSettings = Read<typeof settings>;

/** 0 stands for the default, as MOSN does not tell it from an absent number. */
const orDefault = (standard: number) => converted(integer(), (written) => written || standard);

const multiple = converted(number(0, 1_000_000), (written, report) => {
  if (written === 0) return 5;
  if (written > 1) return written;
  report.error(`must be more than 1, but is ${written}: else hosts like all others would be suspended`);
  return undefined;
});

const timeWindow = converted(integer(), (written, report) => {
  if (written === 0) return 10_000;
  if (written >= 10) return written;
  report.error(`must be at least 10 ms, but is ${written}`);
  return undefined;
});

export const settings = object(
  'Fault tolerance',
  'Suspends hosts that answer with failures much more often than the other hosts of their cluster.',
  {
    enabled: defaulted(boolean(), false, 'Whether anything is counted.'),
    exceptionTypes: defaulted(list(integer(0, 999)), [502, 503, 504], 'The statuses of failures.', { key: 'exceptionTypes' }),
    timeWindow: defaulted(timeWindow, 10_000, 'The time between two comparisons, in milliseconds.', { key: 'timeWindow' }),
    leastWindowCount: defaulted(orDefault(10), 10, 'So many requests a host must have had to be compared.', { key: 'leastWindowCount' }),
    exceptionRateMultiple: defaulted(
      multiple,
      5,
      'A host is suspended whose share of failures is so many times that of all hosts together. With two hosts it cannot be more than twice as much.',
      { key: 'exceptionRateMultiple' },
    ),
    maxIpCount: defaulted(orDefault(1), 1, 'How many hosts of a cluster are suspended at most.', { key: 'maxIpCount' }),
    recoverTime: defaulted(orDefault(900_000), 900_000, 'How long a host is suspended, in milliseconds.', { key: 'recoverTime' }),
    maxIpRatio: ignored(number(0, 1), 'MOSN does not look at it either', 'A share of the hosts.', undefined, { key: 'maxIpRatio' }),
    taskSize: ignored(integer(), 'there are no threads to share out', 'How many workers compare.', undefined, { key: 'taskSize' }),
  },
);
