/** The laws that every codec keeps, as tests that need to know nothing of the protocol but its vectors. */
import type { Protocol } from '../protocol/protocol.ts';
import * as connection from './laws-of-connections.ts';
import * as proxy from './laws-of-proxies.ts';
import * as stream from './laws-of-streams.ts';
import { type Subject, subjectOf } from './samples.ts';
import type { Vector } from './vector.ts';

export interface Law {
  readonly name: string;
  /** Throws an AssertionError where the law is broken. */
  check(): void;
}

const LAWS: readonly (readonly [name: string, check: (subject: Subject) => void])[] = [
  ['any split of the input gives the same calls', connection.splitsDoNotMatter],
  ['head, data, and one ending in each direction; nothing after it', stream.endsOnce],
  ['each opened stream ends exactly once, also when the connection dies', connection.deathEndsEveryStream],
  ['after reset() the handler hears nothing', stream.resetIsSilent],
  ['while paused there is no onData, and nothing is lost on resume', stream.pauseHoldsData],
  ['writable that is false is followed by onDrain or an ending', stream.fullIsFollowedByDrain],
  ['when all streams are over none is active, and there is room as before', stream.roomComesBack],
  ['random bytes end in fail(), never in an exception', connection.noiseFails],
  ['what is held of an endless message is bounded', connection.memoryIsBounded],
  ['a handler may reply, reset, pause or open another stream inside any callback', stream.callbacksMayDoAnything],
  ['a message that is passed on unchanged stays what it was', proxy.relayingChangesNothing],
  ['after goAway() open streams finish, and new ones are refused', proxy.goAwayFinishes],
];

/** One test for each law. Where they run, and under which runner, is the caller's affair. */
export function contract(protocol: Protocol, vectors: readonly Vector[]): readonly Law[] {
  const subject = subjectOf(protocol, vectors);
  return LAWS.map(([name, check]) => ({ name, check: () => check(subject) }));
}
