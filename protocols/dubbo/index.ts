import { frameProtocol, type Protocol, type ProtocolOption } from 'meshloom/protocol';
import { type DubboLimits, dubboFormat } from './format.ts';

const defaults: DubboLimits = {
  maxPayloadBytes: 8 * 1024 * 1024,
  maxConcurrentStreams: 1024,
  maxPendingRequests: 16_384,
  maxUnreadBytes: 64 * 1024 * 1024,
  heartbeats: true,
  readTimeoutAttachment: false,
  attachmentHeaders: 'traceparent, tracestate, baggage',
};

const options: readonly ProtocolOption[] = [
  {
    name: 'max_payload_bytes',
    type: 'integer',
    default: defaults.maxPayloadBytes,
    minimum: 1024,
    maximum: 1024 * 1024 * 1024,
    description: "Longest body of a frame, in bytes; a longer request is answered with status 40. The default is Dubbo's own.",
  },
  {
    name: 'max_concurrent_streams',
    type: 'integer',
    default: defaults.maxConcurrentStreams,
    minimum: 1,
    maximum: 1_000_000,
    description:
      "Calls in flight on one upstream connection; further ones take another connection or wait. The default is five times a provider's 200 threads.",
  },
  {
    name: 'max_pending_requests',
    type: 'integer',
    default: defaults.maxPendingRequests,
    minimum: 1,
    maximum: 1_000_000,
    description:
      'Calls of one downstream connection that wait for their answers; further ones are answered with status 100. The default is more than any consumer in order has.',
  },
  {
    name: 'max_unread_bytes',
    type: 'integer',
    default: defaults.maxUnreadBytes,
    minimum: 0,
    maximum: 1024 * 1024 * 1024,
    description:
      'Bytes of answers that wait for a consumer that does not read them, or at a cluster of calls that wait for a provider. Calls whose answers come then are answered with status 100, calls that come then go to another provider, or are answered with status 80. The default is eight of the longest frames.',
  },
  {
    name: 'heartbeats',
    type: 'boolean',
    default: defaults.heartbeats,
    description: 'Whether a silent peer is asked for a sign of life with heartbeats of our own. Heartbeats of peers are always answered.',
  },
  {
    name: 'read_timeout_attachment',
    type: 'boolean',
    default: defaults.readTimeoutAttachment,
    description:
      "Whether a call ends when the time in its attachment `timeout` is over. The default is no: it is the reference's time, which that of a method may exceed, and reading it costs each call a pass over its arguments. What is left of a consumer's time (`_TO`, with `enable-timeout-countdown`) always counts.",
  },
  {
    name: 'attachment_headers',
    type: 'string',
    default: defaults.attachmentHeaders,
    description:
      'Headers that a call of HTTP takes along as attachments, and attachments of its answer that become headers, with commas between: `x-shop-*` is all that begin so, `x-user=userId` has another name as an attachment. The default are those by which traces go on (W3C Trace Context and Baggage).',
  },
];

function dubboProtocol(limits: DubboLimits): Protocol {
  return {
    ...frameProtocol(dubboFormat(limits)),
    options,
    // Dubbo's own (`heartbeat`), after three of which its peers give up too.
    probeIntervalMs: 60_000,
    configure: ({
      max_payload_bytes,
      max_concurrent_streams,
      max_pending_requests,
      max_unread_bytes,
      heartbeats,
      read_timeout_attachment,
      attachment_headers,
    }) =>
      dubboProtocol({
        maxPayloadBytes: Number(max_payload_bytes ?? limits.maxPayloadBytes),
        maxConcurrentStreams: Number(max_concurrent_streams ?? limits.maxConcurrentStreams),
        maxPendingRequests: Number(max_pending_requests ?? limits.maxPendingRequests),
        maxUnreadBytes: Number(max_unread_bytes ?? limits.maxUnreadBytes),
        heartbeats: Boolean(heartbeats ?? limits.heartbeats),
        readTimeoutAttachment: Boolean(read_timeout_attachment ?? limits.readTimeoutAttachment),
        attachmentHeaders: String(attachment_headers ?? limits.attachmentHeaders),
      }),
  };
}

/** Dubbo's TCP protocol, versions 2.x and 3.x, in any serialization. */
export default dubboProtocol(defaults);
