import { type StatsListener, unwatchFile, watchFile } from 'node:fs';

/** How often a file is looked at, in milliseconds: soon enough for whoever has just saved it. Asking sees through links and mounts. */
const INTERVAL_MS = 500;

/** Tells when a file has changed, or is there again. */
export class FileWatch {
  private readonly path: string;
  private readonly listener: StatsListener;

  constructor(path: string, changed: () => void) {
    this.path = path;
    this.listener = (now, before) => {
      // While it is being replaced it is not there.
      if (now.mtimeMs !== 0 && (now.mtimeMs !== before.mtimeMs || now.size !== before.size)) changed();
    };
    watchFile(path, { persistent: false, interval: INTERVAL_MS }, this.listener);
  }

  close(): void {
    unwatchFile(this.path, this.listener);
  }
}
