import { refuse } from './scalars.ts';
import type { Leaf, Schema } from './schema.ts';

/** Nanoseconds of each unit of Go's time.ParseDuration. The micro sign is written in two ways. */
const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

const WHOLE = /^(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /([0-9]*\.?[0-9]*)(ns|us|µs|μs|ms|s|m|h)/g;

/** Go counts nanoseconds in 63 bits: a little over 292 years. */
const MOST_NANOSECONDS = 2 ** 63;

/**
 * Milliseconds of a duration as Go writes it: "1s", "500ms", "1h2m3.5s", "0". undefined when it is none, is negative, or is more
 * than Go can count.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!WHOLE.test(text)) return undefined;
  let nanoseconds = 0;
  for (const [, amount, unit] of text.matchAll(PART)) nanoseconds += Number(amount) * NANOSECONDS[unit!]!;
  return nanoseconds < MOST_NANOSECONDS ? Math.round(nanoseconds) / 1e6 : undefined;
}

const shape: Leaf = {
  kind: 'leaf',
  brief: 'duration',
  takes: 'a duration such as "1s", "500ms" or "1h30m" (or an integer of nanoseconds)',
  json: { type: ['string', 'integer'], minimum: 0, pattern: '^(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$' },
};

/** A length of time, in milliseconds once it is read. */
export function duration(): Schema<number> {
  return {
    shape,
    read(value, report) {
      if (typeof value === 'string') return parseDuration(value) ?? refuse(shape, value, report, remedyFor(value));
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) return refuse(shape, value, report);
      // Nobody wants less than a millisecond; whoever writes 30 means 30 of something longer.
      if (value > 0 && value < 1e6) report.warn(`is ${value} nanoseconds`, `write the unit, such as "${value}s" or "${value}ms"`);
      return value / 1e6;
    },
  };
}

function remedyFor(value: string): string | undefined {
  if (/^[0-9]+$/.test(value)) return `write the unit, such as "${value}s" or "${value}ms"`;
  if (/^-/.test(value)) return 'no duration is negative; "0s" means none';
  return undefined;
}
