import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { within } from '../../support/deadline.ts';
import { callFrame, type DubboFrame, readAnswer, readFrames, STATUS_OK } from '../../support/feature/dubbo-frames.ts';
import type { Random } from '../../support/random.ts';
import { resetSocket } from '../../support/raw-connection.ts';
import { answerText, callOf, FIRST_ID } from './dubbo-work.ts';
import type { Tally } from './tally.ts';

export const IN_FLIGHT = 8;

/** How often a consumer leaves in the middle of a call, and with it of all others on its connection. */
const DEPARTURES = 0.005;

/** Upstream gone, timeout, overloaded. */
const OWN_STATUSES: readonly number[] = [80, 31, 100];

/** A connection, and who waits on it for what. */
class Line {
  /** It was we who ended it. */
  left = false;
  readonly socket: Socket;
  private readonly waiting = new Map<bigint, (frame: DubboFrame | undefined) => void>();

  constructor(socket: Socket, tally: Tally) {
    this.socket = socket;
    readFrames(socket, (frame) => {
      if (!this.waiting.has(frame.id)) tally.wrongs.push(`an answer to ${frame.id}, for which nobody waits`);
      this.waiting.get(frame.id)?.(frame);
      this.waiting.delete(frame.id);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const resolve of this.waiting.values()) resolve(undefined);
      this.waiting.clear();
    });
  }

  /** Resolves with undefined when the connection ends before. */
  answer(id: bigint): Promise<DubboFrame | undefined> {
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
    });
  }
}

/** A consumer with some calls in flight on the one connection that it keeps as long as that lasts. */
export class Consumer {
  private readonly port: number;
  private readonly random: Random;
  private readonly tally: Tally;
  private line: Promise<Line> | undefined;

  constructor(port: number, random: Random, tally: Tally) {
    this.port = port;
    this.random = random;
    this.tally = tally;
  }

  /** Asks for everything that `next` hands out. */
  async work(next: () => number | undefined): Promise<void> {
    const askInTurn = async (): Promise<void> => {
      for (let id = next(); id !== undefined; id = next()) await this.ask(id);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, askInTurn));
    if (this.line !== undefined) this.leave(await this.line);
  }

  private async dial(): Promise<Line> {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    await within(once(socket, 'connect'), 'a connection to the proxy');
    return new Line(socket, this.tally);
  }

  private leave(line: Line): void {
    line.left = true;
    this.line = undefined;
    if (this.random.chance(0.5)) resetSocket(line.socket);
    else line.socket.destroy();
  }

  private async ask(id: number): Promise<void> {
    const { random, tally } = this;
    this.line ??= this.dial();
    const line = await this.line;
    if (line.left) {
      await this.ask(id);
      return;
    }
    const frameId = FIRST_ID + BigInt(id);
    const bytes = callFrame(frameId, callOf(id));
    const answer = line.answer(frameId);
    if (random.chance(DEPARTURES)) {
      line.socket.write(random.chance(0.5) ? bytes.subarray(0, random.below(bytes.length)) : bytes);
      this.leave(line);
    } else line.socket.write(bytes);
    try {
      this.check(id, line, await within(answer, `call ${id}`));
    } catch (error) {
      tally.wrongs.push((error as Error).message);
      tally.broken++;
    }
  }

  private check(id: number, line: Line, frame: DubboFrame | undefined): void {
    const { tally } = this;
    if (frame === undefined) {
      if (line.left) tally.left++;
      else {
        // A consumer may take a minute to come back: its connection stays, whoever dies behind the proxy.
        tally.wrongs.push(`the connection of call ${id} was ended`);
        tally.broken++;
      }
      return;
    }
    const { status, text, attachments } = readAnswer(frame);
    if (status === STATUS_OK && text === answerText(id) && attachments['id'] === String(id)) tally.good++;
    else if (status !== STATUS_OK && OWN_STATUSES.includes(status)) tally.refused++;
    else tally.wrongs.push(`call ${id} was answered ${status} ${text.slice(0, 100)}`);
  }
}
