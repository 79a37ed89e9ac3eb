/** Meshloom as its users run it: `meshloom start -c FILE` in a process of its own. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Child, type ChildOptions } from './child.ts';
import { type ProxySettings, proxyConfiguration, temporaryFolder, writeConfiguration } from './configuration.ts';
import { within } from './deadline.ts';
import { freePort, untilListening } from './ports.ts';

const program = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface CommandOptions extends ChildOptions {
  /** Arguments of Node itself. */
  readonly nodeArguments?: readonly string[];
}

/** Runs the command line with those arguments. */
export function meshloomCommand(args: readonly string[], options: CommandOptions = {}): Child {
  return new Child(`meshloom ${args.join(' ')}`, process.execPath, [...(options.nodeArguments ?? []), program, ...args], options);
}

/** Starts Meshloom with that file and resolves when it listens on all of `ports`. */
export function startMeshloomFile(file: string, ports: readonly number[], options?: CommandOptions): Promise<Child> {
  const child = meshloomCommand(['start', '-c', file], options);
  return child.start(Promise.all(ports.map((port) => untilListening(port, 'meshloom'))).then(() => undefined));
}

/** One listener, one cluster, admin: on ports that are free. */
export class Meshloom {
  readonly child: Child;
  readonly port: number;
  readonly adminPort: number;

  private constructor(child: Child, port: number, adminPort: number) {
    this.child = child;
    this.port = port;
    this.adminPort = adminPort;
  }

  static async start(settings: Omit<ProxySettings, 'listen' | 'admin'>, options?: CommandOptions): Promise<Meshloom> {
    const port = await freePort();
    const admin = await freePort();
    // Connections that a test has left open hold up the end for this long and no longer.
    const server = { graceful_timeout: '500ms', ...settings.server };
    const configuration = proxyConfiguration({ ...settings, server, listen: port, admin });
    const file = writeConfiguration(temporaryFolder('test'), 'config.json', configuration);
    return new Meshloom(await startMeshloomFile(file, [port, admin], options), port, admin);
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async admin(path: string): Promise<string> {
    // A connection of its own, which is gone afterwards: tests count them.
    const asking = get({ port: this.adminPort, host: '127.0.0.1', path, agent: false });
    const [response] = (await within(once(asking, 'response'), `admin ${path}`)) as [IncomingMessage];
    const text = Buffer.concat(await response.toArray()).toString();
    if (response.statusCode !== 200) throw new Error(`admin ${path} answered ${response.statusCode}: ${text}`);
    return text;
  }

  /** Ends it with SIGTERM, which it must obey with exit code 0. */
  async stop(): Promise<void> {
    if (!this.child.running) throw new Error(`meshloom was gone before the test ended it:\n${this.child.output}`);
    const how = await this.child.stop();
    if (how !== 0) throw new Error(`meshloom ended with ${how}:\n${this.child.output}`);
  }
}
