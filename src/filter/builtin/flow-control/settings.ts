import { converted, list } from '../../../base/schema/collections.ts';
import { defaulted, ignored, refused, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { anything, boolean, enumeration, integer, number, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';

export type FlowRule = Read<typeof rule>;

/** What a number holds exactly. */
const MAX_BYTES = Number.MAX_SAFE_INTEGER;
const RELIC = "Sentinel's library for Go does not read it either";

const rule = converted(
  object('Flow rule', "One of Sentinel's rules: how many requests of a resource may come, or be there at once.", {
    id: ignored(text(), 'nothing goes by it', 'A name for the rule.'),
    resource: required(text({ atLeast: 1 }), 'Which requests: what `limit_key_type` says of them is equal to this.'),
    threshold: defaulted(
      number(0, 1e9),
      0,
      'How many may come in an interval, or with `grade` 0, how many may be there at once. As in Sentinel none may where nothing is said.',
    ),
    grade: defaulted(
      integer(0, 1),
      1,
      "1: requests in an interval. 0: requests at once, as in Sentinel for Java; MOSN's library has other rules for that.",
    ),
    statIntervalInMs: defaulted(integer(0, 60_000), 1000, 'How long the interval is, in milliseconds. 0: 1000.', {
      key: 'statIntervalInMs',
    }),
    controlBehavior: defaulted(integer(0, 1), 0, '0: what is too much is refused. 1: it waits for its turn, at even distances.', {
      key: 'controlBehavior',
    }),
    maxQueueingTimeMs: defaulted(integer(0, 3_600_000), 0, 'How long a request may wait for its turn, in milliseconds.', {
      key: 'maxQueueingTimeMs',
    }),
    tokenCalculateStrategy: defaulted(
      integer(0, 2),
      0,
      '0: the threshold holds always. 1: it grows up to that while a service warms up. 2: there are two of them, by the memory in use.',
      { key: 'tokenCalculateStrategy' },
    ),
    warmUpPeriodSec: defaulted(integer(0, 86_400), 0, 'How many seconds warming up takes.', { key: 'warmUpPeriodSec' }),
    warmUpColdFactor: defaulted(integer(0, 1000), 0, 'The part of the threshold that holds when it is cold. 0: 3, a third.', {
      key: 'warmUpColdFactor',
    }),
    relationStrategy: defaulted(integer(0, 1), 0, '0: requests of the resource count. 1: those of `refResource` do.', {
      key: 'relationStrategy',
    }),
    refResource: defaulted(text(), '', 'The other resource.', { key: 'refResource' }),
    lowMemUsageThreshold: defaulted(integer(0, 1e9), 0, 'With strategy 2: the threshold while little memory is in use.', {
      key: 'lowMemUsageThreshold',
    }),
    highMemUsageThreshold: defaulted(integer(0, 1e9), 0, 'With strategy 2: the threshold while much memory is in use, the lower one.', {
      key: 'highMemUsageThreshold',
    }),
    memLowWaterMarkBytes: defaulted(integer(0, MAX_BYTES), 0, 'Up to so many bytes that is little.', { key: 'memLowWaterMarkBytes' }),
    memHighWaterMarkBytes: defaulted(
      integer(0, MAX_BYTES),
      0,
      'From so many bytes on that is much. Between the marks the threshold falls.',
      {
        key: 'memHighWaterMarkBytes',
      },
    ),
    limitApp: ignored(text(), RELIC, 'Whose requests count.', undefined, { key: 'limitApp' }),
    strategy: ignored(integer(), RELIC, 'A former name of `relationStrategy`.'),
  }),
  (written, report) => {
    if (written.relationStrategy === 1 && written.refResource === '') report.at('refResource').error('is missing');
    if (written.tokenCalculateStrategy === 1 && written.warmUpPeriodSec === 0) report.at('warmUpPeriodSec').error('is missing');
    if (written.warmUpColdFactor === 1) report.at('warmUpColdFactor').error('must be more than 1');
    if (written.tokenCalculateStrategy === 2) {
      const { lowMemUsageThreshold: low, highMemUsageThreshold: high, memLowWaterMarkBytes: from, memHighWaterMarkBytes: to } = written;
      for (const [key, value] of Object.entries({ highMemUsageThreshold: high, memLowWaterMarkBytes: from })) {
        if (value === 0) report.at(key).error('is missing');
      }
      if (low <= high) report.at('lowMemUsageThreshold').error('must be more than `highMemUsageThreshold`');
      if (to <= from) report.at('memHighWaterMarkBytes').error('must be more than `memLowWaterMarkBytes`');
    }
    return written;
  },
);

const action = object('Flow action', 'What refused requests are told.', {
  status: defaulted(integer(0, 599), 429, "The status. 0: 429, MOSN's own."),
  body: defaulted(text(), 'current request is limited', 'The body.'),
});

export type FlowControlSettings = Read<typeof settings>;

export const settings = object('Flow control', "Bounds requests by resource, in Sentinel's meaning: `flowControlFilter`.", {
  globalSwitch: defaulted(boolean(), false, "Whether it does anything. The default is MOSN's."),
  limitKeyType: defaulted(
    enumeration('PATH', 'ARG', 'URI'),
    'PATH',
    'What names the resource: the path (of a call: its service), the query, or both.',
  ),
  action: defaulted(action, {}, 'What refused requests are told.'),
  rules: defaulted(list(rule), [], 'The rules. All that are for a resource must let a request through.'),
  appName: ignored(text(), 'nothing goes by it', 'The name of the application.'),
  logPath: ignored(text(), 'what is refused stands in the access log, with the flag RL', "Where Sentinel's library logs."),
  monitor: ignored(boolean(), 'MOSN does not act upon it either', 'Whether requests are only counted.'),
  direction: ignored(text(), 'MOSN counts every request as one that comes in', '`Inbound` or `Outbound`.'),
  callbackName: refused(text({ atLeast: 1 }), 'callbacks of programs in Go cannot be loaded', 'What decides in place of the rules.'),
  dynamicDataResources: refused(
    list(anything()),
    'rules are read from the configuration alone, which can be reloaded',
    'Where else rules come from.',
  ),
});
