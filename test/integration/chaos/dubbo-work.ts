import type { DubboCall } from '../../support/feature/dubbo-frames.ts';
import { workOf } from './work.ts';

/** Beyond what 32 bits hold, as the ids of Dubbo 3 are. */
export const FIRST_ID = 0xfedc_ba98_0000_0000n;

/** A text that belongs to one number and no other, however little of it is there. */
function text(id: number, length: number): string {
  const word = `${id} `;
  return word.repeat(Math.ceil((length + 1) / word.length));
}

export function callOf(id: number): DubboCall {
  const { requestBytes, responseBytes } = workOf(id);
  // Those that HTTP has no body for are calls all the same.
  const argument = text(id, requestBytes === 0 ? responseBytes % 500 : requestBytes);
  return { service: 'org.meshloom.Chaos', version: '0.0.0', method: `method${id % 5}`, attachments: { id: String(id) }, argument };
}

export function answerText(id: number): string {
  return text(id, workOf(id).responseBytes);
}
