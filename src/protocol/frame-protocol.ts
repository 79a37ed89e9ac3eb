import { FrameCodec } from './frame-codec.ts';
import type { FramedHead, FrameFormat } from './frame-format.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { Protocol } from './protocol.ts';

/** A protocol plugin from a format of frames. Add `options` and `configure` to it where there is something to configure. */
export function frameProtocol<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead>(
  format: FrameFormat<Request, Response>,
): Protocol {
  return {
    name: format.name,
    foreignRequestFault: (method, path) =>
      format.adopt === undefined ? `${format.name} has no place for requests of other protocols` : format.adoptionFault?.(method, path),
    sniff: (prefix) => format.sniff(prefix),
    server: (host) => new FrameCodec(format, host, 'downstream'),
    client: (host) => new FrameCodec(format, host, 'upstream'),
  };
}
