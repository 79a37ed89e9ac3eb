import type { ProtocolOption, ProtocolSettings } from 'meshloom/protocol';
import { MAX_31_BITS } from './frames/frame-header.ts';
import { DEFAULT_MAX_EMPTY_DATA } from './limits/empty-data.ts';
import { DEFAULT_MAX_CONTINUATIONS } from './limits/header-block.ts';
import { DEFAULT_MAX_IDLE_FRAMES } from './limits/idle-frames.ts';
import { DEFAULT_MAX_RESETS } from './limits/rapid-reset.ts';
import { DEFAULT_MAX_TINY_FRAMES } from './limits/tiny-window.ts';
import { DEFAULT_MAX_UNREAD_ANSWERS } from './limits/unread-answers.ts';
import { DEFAULT_MAX_WINDOW_UPDATES } from './limits/window-updates.ts';

/** The settings of the protocol as the codec reads them. One frozen object for all connections of one configuration. */
export interface Http2Options {
  readonly maxConcurrentStreams: number;
  readonly maxUpstreamStreams: number;
  readonly streamWindowBytes: number;
  readonly maxStreamWindowBytes: number;
  readonly connectionWindowBytes: number;
  readonly maxHeldBytes: number;
  readonly sendBufferBytes: number;
  readonly connectProtocol: boolean;
  readonly maxHeadBytes: number;
  readonly maxHeadFields: number;
  readonly maxContinuations: number;
  readonly maxResets: number;
  readonly maxUnreadAnswers: number;
  readonly maxEmptyData: number;
  readonly maxTinyFrames: number;
  readonly maxWindowUpdates: number;
  readonly maxIdleFrames: number;
}

const MOST_FRAMES = 1_000_000;

type OptionOf = { readonly [Key in keyof Http2Options]: ProtocolOption };

/** One table: the property that the codec reads, and the name, type, range, default and reason that the user sees. */
const OPTIONS: OptionOf = {
  maxConcurrentStreams: {
    name: 'max_concurrent_streams',
    type: 'integer',
    default: 128,
    minimum: 1,
    maximum: MAX_31_BITS,
    description:
      "Streams that a client may have open on one connection (SETTINGS_MAX_CONCURRENT_STREAMS). 128 as in nginx: above RFC 9113's recommended least of 100, and it bounds what one connection can make us hold.",
  },
  maxUpstreamStreams: {
    name: 'max_upstream_streams',
    type: 'integer',
    default: 1024,
    minimum: 1,
    maximum: MAX_31_BITS,
    description:
      'Streams that we open on one connection to an upstream, if its own limit is not lower. 1,024: past that another connection does better, for all streams wait for the same lost packet.',
  },
  streamWindowBytes: {
    name: 'stream_window_bytes',
    type: 'integer',
    default: 2_097_152,
    minimum: 1,
    maximum: MAX_31_BITS,
    description:
      'Bytes of body that a peer may send on one stream before we ask for more (SETTINGS_INITIAL_WINDOW_SIZE). 2 MiB: 200 MB/s at 10 ms of round trip.',
  },
  maxStreamWindowBytes: {
    name: 'max_stream_window_bytes',
    type: 'integer',
    default: 0,
    minimum: 0,
    maximum: MAX_31_BITS,
    description:
      'What the window of a stream may grow to whose body is passed on as fast as it comes; what all windows of a connection grow by is no more than one of them may. A paused stream holds its window at most. 0 is four times `stream_window_bytes`: 800 MB/s at 10 ms of round trip.',
  },
  connectionWindowBytes: {
    name: 'connection_window_bytes',
    type: 'integer',
    default: 8_388_608,
    minimum: 65_535,
    maximum: MAX_31_BITS,
    description: 'Bytes that a peer may send on all streams of a connection before we ask for more. 8 MiB: one stream at full speed.',
  },
  maxHeldBytes: {
    name: 'max_held_bytes',
    type: 'integer',
    default: 16_777_216,
    minimum: 0,
    maximum: MAX_31_BITS,
    description:
      'Bytes that all paused streams of one connection may hold while the connection goes on for the others. Above it the whole connection waits. 16 MiB: 8 full streams whose windows have not grown.',
  },
  sendBufferBytes: {
    name: 'send_buffer_bytes',
    type: 'integer',
    default: 65_536,
    minimum: 1,
    maximum: MAX_31_BITS,
    description: 'Bytes queued on one stream at which its sender is asked to pause. 64 KiB: one read of a socket.',
  },
  connectProtocol: {
    name: 'enable_connect_protocol',
    type: 'boolean',
    default: true,
    description: 'Offer extended CONNECT (RFC 8441) to clients: web sockets over HTTP/2 need it. On, for the proxy passes it on.',
  },
  maxHeadBytes: {
    name: 'max_head_bytes',
    type: 'integer',
    default: 65_536,
    minimum: 1024,
    maximum: 1_048_576,
    description:
      'Size of one header section: names, values and 32 bytes a line (SETTINGS_MAX_HEADER_LIST_SIZE). A larger request is answered with 431. 64 KiB: room for large cookies and tokens.',
  },
  maxHeadFields: {
    name: 'max_head_fields',
    type: 'integer',
    default: 256,
    minimum: 8,
    maximum: 10_000,
    description: 'Lines of one header section; more are answered with 431. 256, for clients send each cookie as a line of its own.',
  },
  maxContinuations: {
    name: 'max_continuation_frames',
    type: 'integer',
    default: DEFAULT_MAX_CONTINUATIONS,
    minimum: 0,
    maximum: 64,
    description: 'CONTINUATION frames of one header block. 16: an accepted head fits into four full ones, and some peers cut smaller.',
  },
  maxResets: frames(
    'max_unanswered_resets',
    DEFAULT_MAX_RESETS,
    'Streams reset before their answer, more than answered ones, before the client is sent away (rapid reset). 1,000 as in nghttp2.',
  ),
  maxUnreadAnswers: frames(
    'max_unread_answers',
    DEFAULT_MAX_UNREAD_ANSWERS,
    'Answers to PING, SETTINGS and bad streams that may queue up for a peer that does not read. 1,000 as in Envoy: about 17 KB.',
  ),
  maxEmptyData: frames(
    'max_empty_data_frames',
    DEFAULT_MAX_EMPTY_DATA,
    'DATA frames with no byte and no end, more than useful ones. 100: a client may send one early; no use is known for many.',
  ),
  maxTinyFrames: frames(
    'max_tiny_window_frames',
    DEFAULT_MAX_TINY_FRAMES,
    'DATA frames below 256 bytes that a tiny window forced us to, more than proper ones. 1,000: enough for a peer with little memory.',
  ),
  maxWindowUpdates: frames(
    'max_window_updates',
    DEFAULT_MAX_WINDOW_UPDATES,
    'WINDOW_UPDATE frames beyond 10 for each DATA frame sent and 2 for each stream. 1,000: peers open windows in advance.',
  ),
  maxIdleFrames: frames(
    'max_idle_frames',
    DEFAULT_MAX_IDLE_FRAMES,
    'PRIORITY frames, frames of unknown types and frames on finished streams, beyond 100 for each stream. 1,000: what may be in flight.',
  ),
};

function frames(name: string, standard: number, description: string): ProtocolOption {
  return { name, type: 'integer', default: standard, minimum: 0, maximum: MOST_FRAMES, description };
}

export const PROTOCOL_OPTIONS: readonly ProtocolOption[] = Object.values(OPTIONS);

/** The configuration layer has checked names, types and ranges. */
export function http2Options(settings: ProtocolSettings): Http2Options {
  const integer = (option: ProtocolOption): number => Number(settings[option.name] ?? option.default);
  return Object.freeze({
    maxConcurrentStreams: integer(OPTIONS.maxConcurrentStreams),
    maxUpstreamStreams: integer(OPTIONS.maxUpstreamStreams),
    streamWindowBytes: integer(OPTIONS.streamWindowBytes),
    maxStreamWindowBytes: integer(OPTIONS.maxStreamWindowBytes) || Math.min(4 * integer(OPTIONS.streamWindowBytes), MAX_31_BITS),
    connectionWindowBytes: integer(OPTIONS.connectionWindowBytes),
    maxHeldBytes: integer(OPTIONS.maxHeldBytes),
    sendBufferBytes: integer(OPTIONS.sendBufferBytes),
    connectProtocol: Boolean(settings[OPTIONS.connectProtocol.name] ?? OPTIONS.connectProtocol.default),
    maxHeadBytes: integer(OPTIONS.maxHeadBytes),
    maxHeadFields: integer(OPTIONS.maxHeadFields),
    maxContinuations: integer(OPTIONS.maxContinuations),
    maxResets: integer(OPTIONS.maxResets),
    maxUnreadAnswers: integer(OPTIONS.maxUnreadAnswers),
    maxEmptyData: integer(OPTIONS.maxEmptyData),
    maxTinyFrames: integer(OPTIONS.maxTinyFrames),
    maxWindowUpdates: integer(OPTIONS.maxWindowUpdates),
    maxIdleFrames: integer(OPTIONS.maxIdleFrames),
  });
}
