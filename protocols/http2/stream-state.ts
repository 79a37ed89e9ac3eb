import { Machine, type Transitions } from 'meshloom/protocol';

/**
 * RFC 9113 section 5.1, figure 2, without the reserved states: neither side of ours pushes or lets the peer push.
 *
 *                       +--------+
 *                       |  idle  |
 *                       +--------+
 *                           | HEADERS sent or received
 *                           v
 *                       +--------+
 *        END_STREAM     |        |     END_STREAM
 *        received  ,----|  open  |----.  sent
 *                 /     |        |     \
 *                v      +--------+      v
 *       +-------------+     |      +-------------+
 *       | half-closed |     |      | half-closed |
 *       |  (remote)   |     |      |   (local)   |
 *       +-------------+     |      +-------------+
 *                \          |          /
 *     END_STREAM  \         |         /  END_STREAM
 *     sent         v        v        v   received
 *                       +--------+
 *                       | closed |<---- RST_STREAM sent or received, from any but idle
 *                       +--------+
 *
 * WINDOW_UPDATE and PRIORITY change nothing and are not in the table. A frame with END_STREAM is two events.
 */
export type StreamState = 'idle' | 'open' | 'half-closed-local' | 'half-closed-remote' | 'closed';

export type StreamEvent =
  | 'send-headers'
  | 'receive-headers'
  | 'send-data'
  | 'receive-data'
  | 'send-end'
  | 'receive-end'
  | 'send-reset'
  | 'receive-reset';

export const STREAM_TRANSITIONS: Transitions<StreamState, StreamEvent> = {
  idle: {
    'send-headers': 'open',
    'receive-headers': 'open',
  },
  open: {
    'send-headers': 'open',
    'receive-headers': 'open',
    'send-data': 'open',
    'receive-data': 'open',
    'send-end': 'half-closed-local',
    'receive-end': 'half-closed-remote',
    'send-reset': 'closed',
    'receive-reset': 'closed',
  },
  'half-closed-local': {
    'receive-headers': 'half-closed-local',
    'receive-data': 'half-closed-local',
    'receive-end': 'closed',
    'send-reset': 'closed',
    'receive-reset': 'closed',
  },
  'half-closed-remote': {
    'send-headers': 'half-closed-remote',
    'send-data': 'half-closed-remote',
    'send-end': 'closed',
    'send-reset': 'closed',
    'receive-reset': 'closed',
  },
  closed: {},
};

/** Each request takes some ten steps. */
export const STREAM_MACHINE = new Machine(STREAM_TRANSITIONS);

/** What a stream can be told. */
export const STREAM = STREAM_MACHINE.on;
