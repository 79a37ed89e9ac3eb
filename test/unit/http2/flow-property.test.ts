import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fault, LocalResponse } from 'meshloom/protocol';
import type { Recorder, Served } from 'meshloom/testing';
import {
  data,
  END_STREAM,
  GET,
  headers,
  type Lines,
  OK,
  POST,
  paddedData,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

const WINDOW = 65_535;
const HALF = 32_768;
const why = fault('cancelled', 'local', 'maybe', 'by the test');

/** What may happen to one of eight streams; each number picks the stream. */
type Happening = readonly [what: (typeof WHATS)[number], stream: number, bytes: number];
const WHATS = [
  'open',
  'open with a length',
  'data',
  'data',
  'data',
  'padded data',
  'last data',
  'trailers',
  'pause',
  'resume',
  'client resets',
  'we reset',
  'we reply',
  'we answer',
  'rule broken',
  'pause in callback',
  'reset in callback',
] as const;

const happenings = fc.array(fc.tuple(fc.constantFrom(...WHATS), fc.nat({ max: 7 }), fc.integer({ min: 0, max: 3000 })), {
  minLength: 20,
  maxLength: 150,
}) as fc.Arbitrary<readonly Happening[]>;

/** A client that keeps to its windows, counts what it sends, and what it gets back. */
class Uploader {
  readonly scene: ServerScene;
  sent = 0;
  given = 0;
  private readonly windows = new Map<number, number>();
  private readonly ids: (number | undefined)[] = [];
  private nextId = 1;

  constructor(maxHeldBytes: number) {
    this.scene = new ServerScene({
      stream_window_bytes: WINDOW,
      connection_window_bytes: WINDOW,
      max_held_bytes: maxHeldBytes,
      max_empty_data_frames: 1_000_000,
    });
  }

  happen([what, slot, bytes]: Happening): void {
    const id = this.ids[slot];
    const served = id === undefined ? undefined : this.scene.host.served.find(({ head }) => head.path === `/${id}`);
    if (what === 'open' || what === 'open with a length') this.open(slot, what === 'open' ? undefined : bytes);
    else if (id !== undefined && served !== undefined) this.happenOn(id, slot, served, what, bytes);
    this.count();
  }

  private open(slot: number, length: number | undefined): void {
    const id = this.nextId;
    this.nextId += 2;
    this.ids[slot] = id;
    this.windows.set(id, WINDOW);
    const lines: Lines = [...POST.filter(([name]) => name !== ':path'), [':path', `/${id}`]];
    this.scene.receive(headers(id, length === undefined ? lines : [...lines, ['content-length', String(length)]]));
  }

  private happenOn(id: number, slot: number, { stream, handler }: Served, what: Happening[0], bytes: number): void {
    const actions: Readonly<Record<string, () => void>> = {
      data: () => this.send(id, bytes, 0, 0),
      'padded data': () => this.send(id, bytes, 1 + (bytes % 200), 0),
      'last data': () => this.send(id, bytes, 0, END_STREAM),
      trailers: () => this.scene.receive(headers(id, [['a', 'b']], END_STREAM)),
      'client resets': () => this.scene.receive(rstStream(id, 'CANCEL')),
      'rule broken': () => this.scene.receive(windowUpdate(id, 0)),
      pause: () => stream.pause(),
      resume: () => stream.resume(),
      'we reset': () => stream.reset(why),
      'we reply': () => stream.reply('denied', 'no'),
      'we answer': () => stream.sendHead(new LocalResponse(204), true),
      'pause in callback': () => {
        handler.react = () => stream.pause();
      },
      'reset in callback': () => {
        handler.react = () => stream.reset(why);
      },
    };
    actions[what]!();
    // The client has ended its direction: whatever comes after that would be a fault of its own.
    if (what === 'last data' || what === 'trailers' || what === 'client resets') this.ids[slot] = undefined;
  }

  /** As much as both windows allow; a client that was told of a reset or not sends all the same. */
  send(id: number, wanted: number, padding: number, flags: number): void {
    const overhead = padding === 0 ? 0 : padding + 1;
    const bytes = Math.min(wanted, this.room(id) - overhead);
    if (bytes < 0) return;
    this.scene.receive(padding === 0 ? data(id, Buffer.alloc(bytes), flags) : paddedData(id, 'p'.repeat(bytes), padding, flags));
    this.sent += bytes + overhead;
    this.windows.set(id, this.windows.get(id)! - bytes - overhead);
  }

  room(id: number): number {
    return Math.min(this.windows.get(id)!, WINDOW - (this.sent - this.given));
  }

  count(): void {
    for (const line of this.scene.sent()) {
      const [, id, increment] = /^WINDOW_UPDATE (\d+) (\d+)$/.exec(line) ?? [];
      if (id === '0') this.given += Number(increment);
      else if (id !== undefined) this.windows.set(Number(id), this.windows.get(Number(id))! + Number(increment));
    }
  }

  /** After all streams are over: one more, up to where half of the connection's window is used and all of that must be announced. */
  settle(): void {
    for (const { stream } of this.scene.host.served) stream.reset(why);
    this.count();
    this.open(0, undefined);
    const id = this.ids[0]!;
    const before = this.given;
    for (let left = HALF - (this.sent - this.given); left > 0; left -= 10_000) this.send(id, Math.min(left, 10_000), 0, 0);
    this.count();
    assert.notEqual(this.given, before, 'the window of the connection has leaked away');
    assert.equal(this.given, this.sent);
  }
}

for (const maxHeldBytes of [0, 20_000, 16_777_216]) {
  test(`however streams end, the connection's window comes back to the last byte (max_held_bytes ${maxHeldBytes})`, () => {
    fc.assert(
      fc.property(happenings, (sequence) => {
        const uploader = new Uploader(maxHeldBytes);
        for (const happening of sequence) {
          uploader.happen(happening);
          if (uploader.scene.host.state !== 'open') break;
        }
        assert.equal(uploader.scene.host.failure?.detail, undefined);
        uploader.settle();
        assert.equal(uploader.scene.host.codec.activeStreams, 1);
      }),
      { numRuns: 300 },
    );
  });
}

type Grant = readonly [what: 'connection' | 'stream' | 'settings' | 'send' | 'drain' | 'ask', stream: number, bytes: number];

test('no more is ever sent than was granted, and all of it once enough has been', () => {
  const grants = fc.array(
    fc.tuple(
      fc.constantFrom('connection', 'stream', 'settings', 'send', 'send', 'drain', 'ask'),
      fc.nat({ max: 4 }),
      fc.integer({ min: 1, max: 40_000 }),
    ),
    { maxLength: 80 },
  ) as fc.Arbitrary<readonly Grant[]>;
  fc.assert(
    fc.property(grants, (sequence) => {
      const scene = new ServerScene({ max_tiny_window_frames: 1_000_000, max_window_updates: 1_000_000 }, [4, 1000]);
      const streams: { id: number; served: Served; window: number; queued: number; sent: number }[] = [];
      let connection = WINDOW;
      let initial = 1000;
      const take = (): void => {
        // What is read makes room for more.
        for (let lines = scene.sent(); lines.length > 0; lines = scene.sent()) account(lines);
      };
      const account = (lines: readonly string[]): void => {
        for (const line of lines) {
          const [, id, bytes] = /^DATA (\d+) (\d+)/.exec(line) ?? [];
          const stream = streams.find((each) => each.id === Number(id));
          if (stream === undefined) continue;
          connection -= Number(bytes);
          stream.window -= Number(bytes);
          stream.sent += Number(bytes);
          assert.ok(connection >= 0 && (stream.window >= 0 || Number(bytes) === 0), 'more was sent than granted');
        }
      };
      for (let id = 1; id < 10; id += 2) {
        scene.receive(headers(id, GET, END_STREAM));
        scene.last.stream.sendHead(new LocalResponse(200), false);
        streams.push({ id, served: scene.last, window: initial, queued: 0, sent: 0 });
      }
      for (const [what, at, bytes] of sequence) {
        const stream = streams[at]!;
        if (what === 'connection') scene.receive(windowUpdate(0, bytes));
        if (what === 'stream') scene.receive(windowUpdate(stream.id, bytes));
        if (what === 'settings') scene.receive(settings([4, bytes]), settingsAck());
        if (what === 'connection') connection += bytes;
        if (what === 'stream') stream.window += bytes;
        if (what === 'settings') {
          for (const each of streams) each.window += bytes - initial;
          initial = bytes;
        }
        if (what === 'ask') void stream.served.stream.writable;
        if (what === 'drain') scene.host.highWaterMark = bytes % 2 === 0 ? 1000 : Number.POSITIVE_INFINITY;
        if (what === 'send') {
          stream.served.stream.sendData(Buffer.alloc(bytes), false);
          stream.queued += bytes;
        }
        take();
      }
      scene.host.highWaterMark = Number.POSITIVE_INFINITY;
      take();
      for (const { served } of streams) served.stream.sendData(Buffer.alloc(0), true);
      scene.receive(windowUpdate(0, 100_000_000), ...streams.map(({ id }) => windowUpdate(id, 100_000_000)));
      connection += 100_000_000;
      for (const each of streams) each.window += 100_000_000;
      take();
      for (const { sent, queued } of streams) assert.equal(sent, queued);
      assert.equal(scene.host.codec.activeStreams, 0);
    }),
    { numRuns: 300 },
  );
});

test("however responses end, a client's room and the window of its connection come back", () => {
  const kinds = ['end', 'server resets', 'we reset', 'trailers', 'malformed', 'too long'] as const;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...kinds), fc.boolean(), fc.nat({ max: 9000 })), { maxLength: 60 }), (endings) => {
      const scene = new ClientScene({ stream_window_bytes: WINDOW, connection_window_bytes: WINDOW });
      let sent = 0;
      let given = 0;
      let id = -1;
      const exchange = (kind: (typeof kinds)[number], paused: boolean, bytes: number): Recorder => {
        const { stream, handler } = scene.ask();
        id += 2;
        if (paused) stream.pause();
        scene.receive(headers(id, [...OK, ...(kind === 'too long' ? [['content-length', '1'] as const] : [])]));
        const frame = data(id, Buffer.alloc(bytes), kind === 'end' ? END_STREAM : 0);
        scene.receive(frame);
        sent += bytes;
        if (kind === 'server resets') scene.receive(rstStream(id, 'INTERNAL_ERROR'));
        if (kind === 'we reset') stream.reset(why);
        if (kind === 'trailers') scene.receive(headers(id, [['a', 'b']], END_STREAM));
        if (kind === 'malformed') scene.receive(headers(id, [['A', 'b']], END_STREAM));
        if (kind === 'too long') scene.receive(data(id, 'x', END_STREAM));
        if (kind === 'too long') sent += 1;
        if (paused) stream.resume();
        return handler;
      };
      const count = (): void => {
        for (const line of scene.sent()) given += Number(/^WINDOW_UPDATE 0 (\d+)$/.exec(line)?.[1] ?? 0);
      };
      for (const [kind, paused, bytes] of endings) {
        exchange(kind, paused, bytes);
        count();
        assert.equal(scene.host.codec.activeStreams, 0);
        assert.equal(scene.host.codec.room, 1024);
      }
      for (let left = HALF - (sent - given); left > 0; left -= 10_000) exchange('end', false, Math.min(left, 10_000));
      count();
      assert.equal(given, sent);
    }),
    { numRuns: 100 },
  );
});
