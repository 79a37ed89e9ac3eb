import type { Timers } from '../../../base/timers.ts';
import type { Ask } from '../../ask.ts';
import { type CallService, calling } from '../../service-call.ts';
import { type KeySet, keySetOf } from './key-set.ts';
import type { RemoteKeysSettings } from './settings.ts';

/** A set of keys has a few KiB; what is larger is none. */
export const MAX_KEY_SET_BYTES = 1024 * 1024;

/** After keys could not be fetched, in milliseconds: requests that come meanwhile are not held, and nobody is asked for each of them. */
export const FAILURE_PAUSE_MS = 1_000;

/** A token signed with a key that is not there may be of new keys. They are looked for no more often than this, in milliseconds. */
export const NEW_KEYS_PAUSE_MS = 30_000;

/** The keys of an issuer that somebody else has: fetched when they are needed, and kept. */
export class RemoteKeys {
  private readonly settings: RemoteKeysSettings;
  private readonly timers: Timers;
  private readonly call: CallService;
  private keys: KeySet | undefined;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private failedAt = Number.NEGATIVE_INFINITY;
  private failure = '';
  private fetching: Promise<KeySet> | undefined;

  constructor(settings: RemoteKeysSettings, timers: Timers, ask: Ask) {
    this.settings = settings;
    this.timers = timers;
    this.call = calling(ask);
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
    try {
      this.keys = await this.request();
      this.fetchedAt = this.timers.now;
      return this.keys;
    } catch (error) {
      this.failedAt = this.timers.now;
      this.failure = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  private async request(): Promise<KeySet> {
    const { authority, path, scheme, cluster, timeout } = this.settings.httpUri;
    const question = { scheme, authority, path, limitMs: timeout, retries: 1, maxBytes: MAX_KEY_SET_BYTES };
    const { status, body } = await this.call(cluster, question);
    if (status !== 200) throw new Error(`the answer has the status ${status}`);
    const keys = keySetOf(body.toString());
    if (typeof keys === 'string') throw new Error(keys);
    return keys;
  }
}
