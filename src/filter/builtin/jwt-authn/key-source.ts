import { EMPTY } from '../../../base/bytes.ts';
import type { Timers } from '../../../base/timers.ts';
import { LocalRequest } from '../../../protocol/local-request.ts';
import type { Ask, Asked } from '../../ask.ts';
import { type KeySet, keySetOf } from './key-set.ts';
import type { RemoteKeysSettings } from './settings.ts';

/** A set of keys has a few KiB; what is larger is none. */
export const MAX_KEY_SET_BYTES = 1024 * 1024;

/** After keys could not be fetched, in milliseconds: requests that come meanwhile are not held, and nobody is asked for each of them. */
export const FAILURE_PAUSE_MS = 1_000;

/** A token signed with a key that is not there may be of new keys. They are looked for no more often than this, in milliseconds. */
export const NEW_KEYS_PAUSE_MS = 30_000;

/** HTTP/1.1 by its name in ALPN (RFC 7301). */
const HTTP_1 = 'http/1.1';

/** The keys of an issuer that somebody else has: fetched when they are needed, and kept. */
export class RemoteKeys {
  private readonly settings: RemoteKeysSettings;
  private readonly timers: Timers;
  private readonly ask: Ask;
  private keys: KeySet | undefined;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private failedAt = Number.NEGATIVE_INFINITY;
  private failure = '';
  private fetching: Promise<KeySet> | undefined;

  constructor(settings: RemoteKeysSettings, timers: Timers, ask: Ask) {
    this.settings = settings;
    this.timers = timers;
    this.ask = ask;
  }

  /** Rejects when there are none. */
  current(): Promise<KeySet> {
    const { now } = this.timers;
    if (this.keys !== undefined && now - this.fetchedAt < this.settings.cacheDuration) return Promise.resolve(this.keys);
    return this.fetch();
  }

  /** After no key was found: newer ones, or undefined when these are new themselves. */
  newer(): Promise<KeySet> | undefined {
    return this.timers.now - this.fetchedAt < NEW_KEYS_PAUSE_MS ? undefined : this.fetch();
  }

  private fetch(): Promise<KeySet> {
    if (this.timers.now - this.failedAt < FAILURE_PAUSE_MS) return Promise.reject(new Error(this.failure));
    this.fetching ??= this.load().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async load(): Promise<KeySet> {
    const keys = await new Promise<KeySet | string>((resolve) => this.request(resolve));
    if (typeof keys === 'string') {
      this.failedAt = this.timers.now;
      this.failure = keys;
      throw new Error(keys);
    }
    this.fetchedAt = this.timers.now;
    this.keys = keys;
    return keys;
  }

  private request(end: (keys: KeySet | string) => void): void {
    const { authority, path, scheme, cluster, timeout } = this.settings.httpUri;
    const head = new LocalRequest({ scheme, authority, path, method: 'GET', idempotent: true });
    const chunks: Buffer[] = [];
    let held = 0;
    let ended = false;
    let asked: Asked | undefined;
    const finish = (outcome: KeySet | string): void => {
      if (ended) return;
      ended = true;
      asked?.cancel();
      end(outcome);
    };
    const request = { head, body: EMPTY, protocol: HTTP_1, limitMs: timeout, retries: 1 };
    asked = this.ask(cluster, request, {
      onHead({ status }, last) {
        if (status !== 200) finish(`the answer has the status ${status}`);
        else if (last) finish('the answer is empty');
      },
      onData(bytes, last) {
        held += bytes.length;
        if (held > MAX_KEY_SET_BYTES) finish(`the answer has more than ${MAX_KEY_SET_BYTES} bytes`);
        else chunks.push(bytes);
        if (last) finish(keySetOf(Buffer.concat(chunks).toString()));
      },
      onTrailers() {
        finish(keySetOf(Buffer.concat(chunks).toString()));
      },
      onFault({ detail }) {
        finish(detail);
      },
    });
    // All of it may have come within the call.
    if (ended) asked.cancel();
  }
}
