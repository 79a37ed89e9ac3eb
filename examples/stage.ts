/** Runs the programs of an example side by side, and shows what each of them says. */
import type { Child } from '../test/support/child.ts';
import { until } from '../test/support/deadline.ts';
import { meshloomCommand } from '../test/support/meshloom.ts';
import { untilListening } from '../test/support/ports.ts';

/** A Java program takes its time to start on a busy machine. */
export const START_MS = 60_000;
const NAME_WIDTH = 11;

export class Stage {
  private readonly children: Child[] = [];

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  }

  /** From now on each line of the process is repeated with that name before it. */
  show(name: string, child: Child): Child {
    this.children.push(child);
    for (const stream of [child.process.stdout, child.process.stderr]) {
      let rest = '';
      stream?.on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) console.log(`${name.padEnd(NAME_WIDTH)} | ${line}`);
      });
    }
    return child;
  }

  /** Shows it and resolves when it has said `words`. */
  async untilSays(name: string, child: Child, words: string): Promise<void> {
    this.show(name, child);
    await child.start(until(() => child.output.includes(words), `${JSON.stringify(words)} of the ${name}`, START_MS));
  }

  /** Starts Meshloom with that file, and resolves when it listens on the ports. */
  async proxy(name: string, file: string, ports: readonly number[]): Promise<void> {
    const child = this.show(name, meshloomCommand(['start', '-c', file]));
    await child.start(Promise.all(ports.map((port) => untilListening(port, name))).then(() => undefined));
  }

  /** Ends whatever runs, the last first: who was called outlives its callers. */
  async clear(): Promise<void> {
    for (const child of this.children.reverse()) if (child.running) await child.stop();
  }
}
