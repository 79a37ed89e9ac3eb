/** Goes through the texts at the front of a body. */
interface TextReader {
  at: number;
  readText(): string | undefined;
  skipText(): boolean;
}

/** What a request's body begins with: Dubbo's version, service, version, method. Texts are made of what is asked for, once. */
export class Front {
  private readonly reader: TextReader;
  /** Where items begin, and where the parameter types do; -1 where the body cannot be read so far. */
  readonly pathAt: number;
  readonly versionAt: number;
  readonly methodAt: number;
  readonly typesAt: number;
  private dubboText: string | undefined = undefined;
  private pathText: string | undefined = undefined;
  private versionText: string | undefined = undefined;
  private methodText: string | undefined = undefined;

  constructor(reader: TextReader) {
    this.reader = reader;
    this.pathAt = reader.skipText() ? reader.at : -1;
    this.versionAt = this.pathAt >= 0 && reader.skipText() ? reader.at : -1;
    this.methodAt = this.versionAt >= 0 && reader.skipText() ? reader.at : -1;
    this.typesAt = this.methodAt >= 0 && reader.skipText() ? reader.at : -1;
  }

  get dubbo(): string {
    this.dubboText ??= this.textAt(0);
    return this.dubboText;
  }

  get path(): string {
    this.pathText ??= this.textAt(this.pathAt);
    return this.pathText;
  }

  get version(): string {
    this.versionText ??= this.textAt(this.versionAt);
    return this.versionText;
  }

  get method(): string {
    this.methodText ??= this.textAt(this.methodAt);
    return this.methodText;
  }

  private textAt(at: number): string {
    if (at < 0) return '';
    this.reader.at = at;
    return this.reader.readText() ?? '';
  }
}
