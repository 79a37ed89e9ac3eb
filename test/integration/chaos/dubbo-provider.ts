import type { Socket } from 'node:net';
import { answerFrame, type DubboFrame, readCall, readFrames, STATUS_OK } from '../../support/feature/dubbo-frames.ts';
import type { Random } from '../../support/random.ts';
import { answerText, callOf } from './dubbo-work.ts';
import { MortalServer } from './mortal-server.ts';
import type { Ledger } from './tally.ts';

/** How often a connection dies at a call instead of answering it, and in the middle of an answer: it takes many calls of others with it. */
const DEATHS = 0.0005;

/** A provider that answers rightly, in any order, unless it dies. */
export class Provider extends MortalServer {
  private readonly ledger: Ledger;
  /** Those that have said half of an answer: they say nothing more. */
  private readonly dying = new WeakSet<Socket>();

  constructor(random: Random, ledger: Ledger) {
    super(random);
    this.ledger = ledger;
  }

  protected override converse(socket: Socket): void {
    readFrames(socket, (frame) => {
      if (!socket.destroyed) this.answer(socket, frame);
    });
  }

  private answer(socket: Socket, { id: frameId, body }: DubboFrame): void {
    const { random, ledger } = this;
    const call = readCall(body);
    const id = Number(call.attachments['id']);
    const expected = callOf(id);
    if (call.argument !== expected.argument || call.method !== expected.method)
      ledger.wrongs.push(`call ${id} arrived with another argument or method`);
    // Nothing says of a call that doing it twice is doing it once.
    ledger.enter(id);
    if (random.chance(DEATHS)) {
      this.cut(socket);
      return;
    }
    const bytes = answerFrame(frameId, { status: STATUS_OK, text: answerText(id), attachments: { id: String(id) } });
    const speak = (): void => {
      if (socket.destroyed || this.dying.has(socket)) return;
      if (random.chance(DEATHS)) {
        this.dying.add(socket);
        socket.write(bytes.subarray(0, random.below(bytes.length)), () => this.cut(socket));
      } else socket.write(bytes);
    };
    if (random.chance(0.1)) setTimeout(speak, random.below(15));
    else speak();
  }
}
