/** Which version of IP an address in text is of; undefined when it is none. Zones (`%eth0`) are of one machine, and not taken. */
export function ipVersion(text: string): 4 | 6 | undefined {
  if (isIpv4(text)) return 4;
  return isIpv6(text) ? 6 : undefined;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  // No leading zeros: some read them as octal, and so as another address.
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}

const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** RFC 4291 section 2.2: eight groups, of which `::` may stand for one or more, and the last two may be written as IPv4. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || text.includes(':::')) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  // The end of the text, for IPv4 is the end of an address only.
  const endsInIpv4 = isIpv4(last) && halves.at(-1) !== '';
  const plain = endsInIpv4 ? groups.slice(0, -1) : groups;
  const count = plain.length + (endsInIpv4 ? 2 : 0);
  return plain.every((group) => GROUP.test(group)) && (halves.length === 2 ? count <= 7 : count === 8);
}
