import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { isRecord } from '../../../base/schema/json.ts';

/** Finds the key that a token is signed with. */
export type KeySet = JWTVerifyGetKey;

/** The keys of a JSON Web Key Set (RFC 7517 section 5), or what is wrong with it. */
export function keySetOf(text: string): KeySet | string {
  try {
    const written: unknown = JSON.parse(text);
    if (!isKeySet(written)) return 'it has no list of `keys`';
    return createLocalJWKSet(written);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return isRecord(value) && Array.isArray(value['keys']) && value['keys'].every(isRecord);
}
