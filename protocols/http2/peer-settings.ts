import type { Bytes } from 'meshloom/protocol';
import { FLOW_CONTROL_ERROR, PROTOCOL_ERROR } from './error-code.ts';
import { INITIAL_WINDOW } from './flow-window.ts';
import { MAX_31_BITS, MAX_FRAME_BYTES } from './frames/frame-header.ts';
import {
  ENABLE_CONNECT_PROTOCOL,
  ENABLE_PUSH,
  HEADER_TABLE_SIZE,
  INITIAL_WINDOW_SIZE,
  MAX_CONCURRENT_STREAMS,
  MAX_FRAME_SIZE,
  SETTING_BYTES,
  settingId,
  settingValue,
} from './frames/settings.ts';
import { TABLE_BYTES } from './hpack/dynamic-table.ts';
import type { Violation } from './violation.ts';

const LARGEST_FRAME_BYTES = 0xff_ffff;

/** What the peer has announced (RFC 9113 section 6.5.2), and what holds until it does. */
export class PeerSettings {
  /** A SETTINGS frame has come. */
  known = false;
  headerTableSize = TABLE_BYTES;
  maxConcurrentStreams = MAX_31_BITS;
  initialWindowSize = INITIAL_WINDOW;
  maxFrameSize = MAX_FRAME_BYTES;
  connectProtocol = false;

  /** Takes in the payload of a SETTINGS frame. `fromServer`: a server may not say all that a client may. */
  read(bytes: Bytes, start: number, end: number, fromServer: boolean): Violation | undefined {
    this.known = true;
    for (let at = start; at < end; at += SETTING_BYTES) {
      const violation = this.take(settingId(bytes, at), settingValue(bytes, at), fromServer);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  private take(id: number, value: number, fromServer: boolean): Violation | undefined {
    switch (id) {
      case HEADER_TABLE_SIZE:
        this.headerTableSize = value;
        return undefined;
      case ENABLE_PUSH:
        // We never push, so that a client's wish changes nothing; a server has none (RFC 9113 section 6.5.2).
        return value > (fromServer ? 0 : 1) ? { errorCode: PROTOCOL_ERROR, detail: `SETTINGS_ENABLE_PUSH ${value}` } : undefined;
      case MAX_CONCURRENT_STREAMS:
        this.maxConcurrentStreams = value;
        return undefined;
      case INITIAL_WINDOW_SIZE:
        if (value > MAX_31_BITS) return { errorCode: FLOW_CONTROL_ERROR, detail: `SETTINGS_INITIAL_WINDOW_SIZE ${value}` };
        this.initialWindowSize = value;
        return undefined;
      case MAX_FRAME_SIZE:
        if (value < MAX_FRAME_BYTES || value > LARGEST_FRAME_BYTES) {
          return { errorCode: PROTOCOL_ERROR, detail: `SETTINGS_MAX_FRAME_SIZE ${value}` };
        }
        this.maxFrameSize = value;
        return undefined;
      case ENABLE_CONNECT_PROTOCOL:
        // RFC 8441 section 3: once on, it stays on.
        if (value > 1 || (value === 0 && this.connectProtocol)) {
          return { errorCode: PROTOCOL_ERROR, detail: `SETTINGS_ENABLE_CONNECT_PROTOCOL ${value}` };
        }
        this.connectProtocol = value === 1;
        return undefined;
      default:
        // RFC 9113 section 6.5.2: an unknown one is ignored. SETTINGS_MAX_HEADER_LIST_SIZE is a hint: the peer itself answers what is too large.
        return undefined;
    }
  }
}
