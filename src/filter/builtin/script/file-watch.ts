import { stat } from 'node:fs/promises';
import { Timer, type Timers } from '../../../base/timers.ts';

/** How often a file is looked at, in milliseconds: soon enough for whoever has just saved it. Asking sees through links and mounts. */
const INTERVAL_MS = 500;

/** What is another text each time that a file is written. */
export async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size } = await stat(path);
  return `${mtimeMs}-${size}`;
}

/** Tells when a file is another one than the version that was loaded, however soon after that it was written. */
export class FileWatch extends Timer {
  private readonly path: string;
  private readonly timers: Timers;
  private readonly changed: () => void;
  private version: string;
  private closed = false;

  constructor(path: string, loaded: string, timers: Timers, changed: () => void) {
    super();
    this.path = path;
    this.version = loaded;
    this.timers = timers;
    this.changed = changed;
    timers.schedule(this, INTERVAL_MS);
  }

  override expire(): void {
    void this.look();
  }

  close(): void {
    this.closed = true;
    this.timers.cancel(this);
  }

  private async look(): Promise<void> {
    // While it is being replaced it is not there.
    const now = await versionOf(this.path).catch(() => this.version);
    if (this.closed) return;
    this.timers.schedule(this, INTERVAL_MS);
    if (now === this.version) return;
    this.version = now;
    this.changed();
  }
}
