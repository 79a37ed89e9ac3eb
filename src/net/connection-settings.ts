import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Timers } from '../base/timers.ts';

/** Who uses a connection. No method of the connection calls any of this: it comes from the event loop. */
export interface ConnectionOwner {
  /** Only of connections that were dialled. */
  onConnect?(): void;
  onRead(chunk: Bytes): void;
  /** The peer will send nothing more (FIN). Writing goes on. */
  onReadEnd(): void;
  /** `writable` became true again. */
  onDrain(): void;
  /** It is over: exactly once, last. */
  onClose(fault: Fault): void;
}

/** What all connections of one listener, or to one host, have in common. */
export interface ConnectionSettings {
  /** Who is at the other end: whom faults are put down to. */
  readonly origin: 'downstream' | 'upstream';
  readonly timers: Timers;
  /** TLS. */
  readonly secure: boolean;
  /** What both ends have agreed upon by ALPN (RFC 7301), of connections that were accepted. */
  readonly applicationProtocol?: string | undefined;
  /** Plain TCP, which can tell the peer that an ending is none (RST). */
  readonly canReset: boolean;
  /** Where known without asking the system. */
  readonly remoteAddress?: string;
  readonly localAddress?: string;
  /** Bytes in the queue from which on the connection is not `writable`. */
  readonly highWatermark: number;
  /** How long `close` waits: for a queue that does not move, and after it for the peer to finish too. */
  readonly lingerMs: number;
  /** How much of what the peer still sends meanwhile is read and thrown away. */
  readonly lingerBytes: number;
}

/** The limits among them, as options with defaults. */
export type ConnectionLimits = Partial<Pick<ConnectionSettings, 'highWatermark' | 'lingerMs' | 'lingerBytes'>>;

/** Envoy's. With a few reads of a socket (64 KiB each in Node) a fast sender would be paused again and again for a peer that is just as fast. */
export const DEFAULT_HIGH_WATERMARK = 1024 * 1024;

/** A round trip to the far side of the world with a few packets lost. */
export const DEFAULT_LINGER_MS = 5_000;

/** About what a peer may have under way when our last bytes reach it. Beyond it is read no more, and TCP holds it back. */
export const DEFAULT_LINGER_BYTES = 1024 * 1024;

/** The limits that `options` names, and the defaults of the others. */
export function connectionLimits(options: ConnectionLimits): Required<ConnectionLimits> {
  return {
    highWatermark: options.highWatermark ?? DEFAULT_HIGH_WATERMARK,
    lingerMs: options.lingerMs ?? DEFAULT_LINGER_MS,
    lingerBytes: options.lingerBytes ?? DEFAULT_LINGER_BYTES,
  };
}
