import { close, constants, mkdirSync, openSync, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EMPTY } from './bytes.ts';

/** Takes lines, each with its newline. It neither throws nor waits. */
export interface LineSink {
  write(line: string): void;
  /** The file has been renamed: goes on in a new one of the old name. */
  reopen(): void;
  close(): void;
}

export interface LogFileOptions {
  readonly maxQueuedCharacters?: number;
  /** Hears once when lines cannot be written, and once when they can again. By default standard error does. */
  readonly report?: (message: string) => void;
}

/** Some seconds of a busy access log. When the disk is stuck for longer, lines are lost and counted: the proxy serves on. */
export const DEFAULT_MAX_QUEUED_CHARACTERS = 4 * 1024 * 1024;

/** How long a line waits for others. Who follows a log does not notice, and a busy one costs ten system calls a second. */
const GATHER_MS = 100;

/** With so much gathered nothing is waited for. */
const GATHER_CHARACTERS = 64 * 1024;

/** How long the end of the process waits for a pipe that is full. */
const EXIT_PATIENCE_MS = 500;

const STANDARD_STREAMS: Readonly<Record<string, number>> = { stdout: 1, '/dev/stdout': 1, stderr: 2, '/dev/stderr': 2 };

/** Opening a pipe that nobody reads from fails at once and is tried again; without O_NONBLOCK the process would stand still. */
const OPEN_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** `rw-r--r--` */
const FILE_MODE = 0o644;

/**
 * Lines for a file, or for a device, a pipe, `stdout` or `stderr`: those are written to and never replaced. Lines are gathered and written
 * in the background. What cannot be written is tried again while there is room for it; what is left at the end is written before the
 * process goes.
 */
export class LogFile implements LineSink {
  readonly path: string;
  /** What is written while this is false is lost, and not counted. */
  enabled = true;
  /** For want of room. */
  linesLost = 0;
  private readonly maxQueued: number;
  private readonly report: (message: string) => void;
  private file: number | undefined;
  private queued = '';
  /** Of what was queued: what is being written, or is to be tried again. */
  private leaving: Buffer | undefined;
  private writing = false;
  private timer: NodeJS.Timeout | undefined;
  private reopenNext = false;
  private closing = false;
  private troubled = false;

  constructor(path: string, options: LogFileOptions = {}) {
    this.path = path;
    this.maxQueued = options.maxQueuedCharacters ?? DEFAULT_MAX_QUEUED_CHARACTERS;
    this.report = options.report ?? ((message) => process.stderr.write(`${message}\n`));
    this.file = this.open();
    register(this);
  }

  write(line: string): void {
    if (!this.enabled || this.closing) return;
    const length = this.queued.length + line.length;
    if (length + (this.leaving?.length ?? 0) > this.maxQueued) {
      this.linesLost++;
      this.complain('it is not written to as fast as it grows, and lines are lost');
      return;
    }
    this.queued += line;
    if (length >= GATHER_CHARACTERS) this.flush();
    else this.flushSoon();
  }

  reopen(): void {
    if (this.closing) return;
    // Not in the middle of a line.
    this.reopenNext = this.writing;
    if (this.writing) return;
    const before = this.file;
    // When it fails the old one is still better than none.
    this.file = this.open() ?? before;
    if (before !== this.file) this.discard(before);
  }

  /** What was written before is written still. */
  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.flush();
    if (!this.writing) this.closed();
  }

  /** At the end of the process, when nothing happens in the background any more. */
  flushNow(): void {
    // What is with the system already will be written by its own thread.
    const rest = Buffer.concat([this.writing ? EMPTY : (this.leaving ?? EMPTY), Buffer.from(this.queued)]);
    this.queued = '';
    this.leaving = undefined;
    const until = performance.now() + EXIT_PATIENCE_MS;
    for (let at = 0; at < rest.length && this.file !== undefined; ) {
      try {
        at += writeSync(this.file, rest, at);
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) {
          this.complain(String(error));
          return;
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }

  private flushSoon(): void {
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.writing) return;
    if (this.leaving === undefined) {
      if (this.queued === '') return;
      this.leaving = Buffer.from(this.queued);
      this.queued = '';
    }
    this.file ??= this.open();
    if (this.file === undefined) {
      this.flushSoon();
      return;
    }
    this.writing = true;
    write(this.file, this.leaving, (error, bytes) => this.written(error, bytes));
  }

  private written(error: Error | null, bytes: number): void {
    this.writing = false;
    if (error === null) this.leaving = this.leaving?.subarray(bytes);
    else if (!isBusy(error)) this.complain(error.message);
    if (this.leaving?.length === 0) {
      this.leaving = undefined;
      if (this.queued === '') this.recovered();
    }
    if (this.reopenNext && (this.leaving === undefined || error !== null)) this.reopen();
    if (this.closing && (error !== null || (this.leaving === undefined && this.queued === ''))) this.closed();
    else if (this.closing || (error === null && (this.leaving !== undefined || this.queued.length >= GATHER_CHARACTERS))) this.flush();
    else if (this.leaving !== undefined || this.queued !== '') this.flushSoon();
  }

  private open(): number | undefined {
    const standard = STANDARD_STREAMS[this.path];
    if (standard !== undefined) return standard;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      return openSync(this.path, OPEN_FLAGS, FILE_MODE);
    } catch (error) {
      this.complain(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  private closed(): void {
    unregister(this);
    clearTimeout(this.timer);
    if (this.leaving !== undefined || this.queued !== '') this.complain('it was closed with lines that could not be written');
    this.queued = '';
    this.leaving = undefined;
    this.discard(this.file);
    this.file = undefined;
  }

  private discard(file: number | undefined): void {
    if (file === undefined || STANDARD_STREAMS[this.path] !== undefined) return;
    close(file, (error) => {
      if (error !== null) this.complain(error.message);
    });
  }

  private complain(reason: string): void {
    if (this.troubled) return;
    this.troubled = true;
    this.report(`log ${this.path}: ${reason}`);
  }

  private recovered(): void {
    if (!this.troubled) return;
    this.troubled = false;
    this.report(`log ${this.path}: it is written to again; ${this.linesLost} lines have been lost in all`);
  }
}

/** A pipe that is full. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

const openFiles = new Set<LogFile>();

function flushAll(): void {
  for (const file of openFiles) file.flushNow();
}

/** One listener for all of them. */
function register(file: LogFile): void {
  if (openFiles.size === 0) process.on('exit', flushAll);
  openFiles.add(file);
}

function unregister(file: LogFile): void {
  openFiles.delete(file);
  if (openFiles.size === 0) process.off('exit', flushAll);
}
