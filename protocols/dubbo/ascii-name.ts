import type { Bytes } from 'meshloom/protocol';

/** Whether the bytes at `at` are this name but for the case of ASCII letters; `name` is in lower case. No text is made for it. */
export function isAsciiName(bytes: Bytes, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[at + index]!;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
    if (lower !== name.charCodeAt(index) || lower >= 0x80) return false;
  }
  return true;
}
