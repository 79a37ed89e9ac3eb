import type { Answering, Language, Reply, Seen, Server, ServerOptions } from './language.ts';

/** A server behind the proxy: what it says, and what it has heard. */
export class FeatureBackend {
  readonly name: string;
  /** Every call so far, the first one first. */
  readonly seen: Seen[] = [];
  /** How calls are answered from now on. At first with the backend's name. */
  answer: Answering;
  private readonly language: Language;
  private server!: Server;

  private constructor(language: Language, name: string, answer: Answering) {
    this.language = language;
    this.name = name;
    this.answer = answer;
  }

  static async start(language: Language, name: string, answer: Answering = () => ({ body: name })): Promise<FeatureBackend> {
    const backend = new FeatureBackend(language, name, answer);
    await backend.serve();
    return backend;
  }

  get port(): number {
    return this.server.port;
  }
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }
  /** How many have come in since it was started. */
  get connections(): number {
    return this.server.connections;
  }
  /** The last call. */
  get last(): Seen {
    const last = this.seen.at(-1);
    if (last === undefined) throw new Error(`nobody has called ${this.name}`);
    return last;
  }

  /** Breaks off its connections and takes no new ones. */
  async stop(): Promise<void> {
    await this.server.close();
  }

  /** After `stop`, at the same address. */
  async restart(): Promise<void> {
    await this.serve({ port: this.port });
  }

  private async serve(options: ServerOptions = {}): Promise<void> {
    this.server = await this.language.serve((request): Reply | Promise<Reply> => {
      this.seen.push(request);
      return this.answer(request);
    }, options);
  }
}
