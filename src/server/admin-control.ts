import { listenProblem } from '../net/listen-problem.ts';
import type { AdminServer } from './admin/admin-server.ts';
import type { AdminSource } from './admin/source.ts';
import { StartError } from './start-error.ts';

/** Where the admin API listens. */
export interface AdminAddress {
  readonly host: string;
  readonly port: number;
}

/** Runs the admin API where the configuration in force wants it. It is loaded when somebody wants it. */
export class AdminControl {
  private readonly source: AdminSource;
  private server: AdminServer | undefined;
  private wanted: AdminAddress | undefined;
  /** The port that it listens at; undefined while it does not. */
  port: number | undefined;

  constructor(source: AdminSource) {
    this.source = source;
  }

  /**
   * Listens there and no longer elsewhere; undefined is nowhere.
   * @throws StartError when that address cannot be listened at. The API stays where it was then.
   */
  async listen(address: AdminAddress | undefined): Promise<void> {
    if (address?.host === this.wanted?.host && address?.port === this.wanted?.port) return;
    const before = this.server;
    if (address === undefined) {
      this.server = undefined;
      this.port = undefined;
    } else {
      const { AdminServer } = await import('./admin/admin-server.ts');
      const server = new AdminServer(this.source);
      try {
        this.port = await server.start(address.host, address.port);
      } catch (error) {
        throw new StartError(`admin: ${error instanceof Error ? listenProblem(error, address) : String(error)}`);
      }
      this.server = server;
    }
    this.wanted = address;
    await before?.stop();
  }

  stop(): Promise<void> {
    return this.listen(undefined);
  }
}
