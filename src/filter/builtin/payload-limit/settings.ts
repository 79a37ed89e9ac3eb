import { defaulted } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { integer } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';

export type PayloadLimitSettings = Read<typeof settings>;

export const settings = object('Payload limit', 'Bounds the size of requests: `payload_limit`.', {
  maxEntitySize: defaulted(integer(), 0, 'How many bytes the body of a request may have. 0: no bound.', { aliases: ['MaxEntitySize'] }),
  status: defaulted(integer(400, 599), 413, 'The status that larger ones are answered with.', {
    key: 'http_status',
    aliases: ['HttpStatus'],
  }),
});
