import { parseMessage } from '../../test/support/http1-message.ts';
import type { Language } from './generator.ts';

/** HTTP/1.1: the settings are the request's head, and the body that every answer must have. Answers come in the order of the requests. */
export default function makeLanguage([head = '', expected = '']: readonly string[], now: () => number): Language {
  const request = Buffer.from(head, 'latin1');
  const body = Buffer.from(expected, 'latin1');
  const askedAt: number[] = [];
  return {
    ask(count) {
      for (let left = count; left > 0; left--) askedAt.push(now());
      return count === 1 ? request : Buffer.concat(Array<Buffer>(count).fill(request));
    },
    hear(bytes, answered) {
      let used = 0;
      for (;;) {
        const parsed = parseMessage(bytes.subarray(used));
        if (parsed === undefined) return used;
        used += parsed.length;
        const { message } = parsed;
        answered(message.startLine.startsWith('HTTP/1.1 200') && message.body.equals(body), askedAt.shift() ?? Number.NaN);
      }
    },
  };
}
