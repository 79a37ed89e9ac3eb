import { converted } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, optional } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { boolean, integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';

/** How outliers among a cluster's hosts are found. Times in milliseconds. */
export type OutlierDetection = Read<typeof outlierDetection>;

const count = integer(0, 2 ** 32 - 1);
const percent = integer(0, 100);

/** 0 would eject and look without end. */
const time = (what: string) =>
  converted(duration(), (ms, report) => {
    if (ms > 0) return ms;
    report.error(`must be longer than 0, for ${what}`);
    return undefined;
  });

const enforcing = (standard: number, of: string, key?: string) =>
  defaulted(
    percent,
    standard,
    `How many of a hundred detections by ${of} eject the host; the others are only logged and counted.`,
    key === undefined ? {} : { key },
  );

const LOCAL = 'Acts where `split_external_local_origin_errors` is on.';

export const outlierDetection = object(
  'Outlier detection',
  "Ejects hosts for a while whose answers are bad, or worse than those of the others. Its keys, meanings and defaults are Envoy's.",
  {
    consecutive5xx: defaulted(count, 5, 'Answers in a row with a status from 500 on, after which a host is an outlier. 0: never.', {
      key: 'consecutive_5xx',
    }),
    consecutiveGatewayFailure: defaulted(count, 5, 'Answers in a row with the status 502, 503 or 504, after which a host is an outlier.'),
    consecutiveLocalOriginFailure: defaulted(
      count,
      5,
      `Requests in a row without an answer (no connection, a reset, not in time), after which a host is an outlier. ${LOCAL}`,
    ),
    splitExternalLocalOriginErrors: defaulted(
      boolean(),
      false,
      'Whether requests without an answer are judged by themselves. Otherwise they count as answers with 502, 503 or 504.',
    ),
    interval: defaulted(
      time('hosts are looked at once in it'),
      '10s',
      'The time between two looks at how hosts compare, and at who may return.',
    ),
    baseEjectionTime: defaulted(
      time('an ejection lasts that long'),
      '30s',
      'How long a first ejection lasts. Each further one lasts one such time longer, each interval without one shortens the next.',
    ),
    maxEjectionTime: defaulted(duration(), '300s', 'How long an ejection lasts at most.'),
    maxEjectionTimeJitter: defaulted(duration(), '0s', 'What is added to it at random, at most.'),
    maxEjectionPercent: defaulted(percent, 10, 'While a smaller share of the hosts is ejected, another one may be.'),
    successRateMinimumHosts: defaulted(count, 5, 'So many hosts must have had requests enough before they are compared.'),
    successRateRequestVolume: defaulted(count, 100, 'So many requests a host must have had within an interval to be compared.'),
    successRateStdevFactor: defaulted(
      count,
      1900,
      'Thousandths of the standard deviation of all rates that the rate of a host may lie below their mean.',
    ),
    failurePercentageThreshold: defaulted(percent, 85, 'The share of failures from which on a host is an outlier.'),
    failurePercentageMinimumHosts: defaulted(count, 5, 'So many hosts must have had requests enough before any is judged by it.'),
    failurePercentageRequestVolume: defaulted(count, 50, 'So many requests a host must have had within an interval to be judged by it.'),
    enforcingConsecutive5xx: enforcing(100, '`consecutive_5xx`', 'enforcing_consecutive_5xx'),
    enforcingConsecutiveGatewayFailure: enforcing(0, '`consecutive_gateway_failure`'),
    enforcingConsecutiveLocalOriginFailure: enforcing(100, '`consecutive_local_origin_failure`'),
    enforcingSuccessRate: enforcing(100, 'comparing rates of success'),
    enforcingLocalOriginSuccessRate: enforcing(100, 'comparing how many requests are answered at all'),
    enforcingFailurePercentage: enforcing(0, '`failure_percentage_threshold`'),
    enforcingFailurePercentageLocalOrigin: enforcing(0, '`failure_percentage_threshold`, of requests that are not answered at all'),
    successfulActiveHealthCheckUnejectHost: defaulted(boolean(), true, 'Whether a health check that goes well ends an ejection.'),
    eventLogPath: optional(
      text({ atLeast: 1 }),
      'A file that gets a line of JSON for each ejection and return. Envoy has one for all clusters.',
    ),
  },
);
