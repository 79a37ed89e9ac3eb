/** One thing that is wrong, or that will not be as somebody may expect. */
export interface Problem {
  /** An error stops the start; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** Where in the document: `servers[0].listeners[1].address`. Empty: the document as a whole. */
  readonly path: string;
  /** Reads on from the path: "is missing", "must be ..., but is ...". One line. */
  readonly message: string;
  /** What to do about it. One line. */
  readonly remedy?: string;
  /** The file that `path` is a place in, where it is not the one that everybody speaks of. */
  readonly file?: string;
  /** Line and column in the text, both counted from 1, where the text itself cannot be read. */
  readonly position?: Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What the reports of one document share. */
interface Gathering {
  readonly problems: Problem[];
  readonly origins: WeakMap<object, string>;
}

/** Gathers the problems of one document. Each Report stands at one place in it. */
export class Report {
  readonly path: string;
  private readonly gathering: Gathering;

  constructor(path = '', gathering: Gathering = { problems: [], origins: new WeakMap() }) {
    this.path = path;
    this.gathering = gathering;
  }

  get problems(): readonly Problem[] {
    return this.gathering.problems;
  }

  /** The report that stands one step further in: at a key of an object, or at an index of a list. */
  at(step: string | number): Report {
    return new Report(join(this.path, step), this.gathering);
  }

  /** The report that stands where a value was read from, for rules that look at finished values. */
  where(value: object): Report {
    return new Report(this.gathering.origins.get(value) ?? '', this.gathering);
  }

  /** Remembers that a value was read here. */
  mark(value: object): void {
    this.gathering.origins.set(value, this.path);
  }

  error(message: string, remedy?: string): void {
    this.add('error', message, remedy);
  }

  warn(message: string, remedy?: string): void {
    this.add('warning', message, remedy);
  }

  private add(severity: Problem['severity'], message: string, remedy: string | undefined): void {
    this.gathering.problems.push({ severity, path: this.path, message, ...(remedy === undefined ? {} : { remedy }) });
  }
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

function join(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (!PLAIN_KEY.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}
