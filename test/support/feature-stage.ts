/**
 * A proxy in this process, with backends behind it and clients before it that look alike in every protocol, so that one test shows a
 * feature in all of them:
 *
 *     featureTest('a header chooses the route', async (stage) => {
 *       const [red, blue] = [await stage.backend('red'), await stage.backend('blue')];
 *       await stage.start({ routes: [...], clusters: { red: { backends: [red] }, blue: { backends: [blue] } } });
 *       const { body } = await stage.call({ fields: { colour: 'blue' } });
 *       assert.equal(body, 'blue');
 *     });
 */
import { test } from 'node:test';
import { createProxy, type Logger, type MeshProxy, SILENT_LOGGER } from '../../src/index.ts';
import type { Outcome } from '../../src/protocol/head.ts';
import { FeatureBackend } from './feature/backend.ts';
import { type StageConfiguration, stageConfiguration } from './feature/configuration.ts';
import { dubbo } from './feature/dubbo.ts';
import { http1 } from './feature/http1.ts';
import { http2 } from './feature/http2.ts';
import type { Answer, Answering, Call, Client, ClientOptions, Language } from './feature/language.ts';

export type { FeatureBackend } from './feature/backend.ts';
export type { StageCluster, StageConfiguration } from './feature/configuration.ts';
export type { Answer, Answering, Call, Client, Reply, Seen } from './feature/language.ts';

const LANGUAGES = { http1, http2, dubbo } as const satisfies Record<string, Language>;

export type StageProtocol = keyof typeof LANGUAGES;

export const ALL_PROTOCOLS: readonly StageProtocol[] = ['http1', 'http2', 'dubbo'];
export const HTTP: readonly StageProtocol[] = ['http1', 'http2'];

/** One test for each protocol. Everything that was started is ended after it, whatever comes of it. */
export function featureTest(
  name: string,
  body: (stage: FeatureStage) => Promise<void>,
  protocols: readonly StageProtocol[] = ALL_PROTOCOLS,
): void {
  for (const protocol of protocols) {
    test(`${name} (${protocol})`, { timeout: 30_000 }, async () => {
      const stage = new FeatureStage(protocol);
      try {
        await body(stage);
      } finally {
        await stage.close();
      }
    });
  }
}

export interface StageOptions {
  /** Takes the proxy's log. Default: nobody does. */
  readonly logger?: Logger;
  /** Where relative paths of the configuration start from. */
  readonly folder?: string;
}

export class FeatureStage {
  readonly protocol: StageProtocol;
  readonly backends: FeatureBackend[] = [];
  private readonly language: Language;
  private readonly clients: Client[] = [];
  private running: MeshProxy | undefined;
  private firstClient: Promise<Client> | undefined;

  constructor(protocol: StageProtocol) {
    this.protocol = protocol;
    this.language = LANGUAGES[protocol];
  }

  /** As a configuration names the protocol. */
  get protocolName(): string {
    return this.language.name;
  }
  get isHttp(): boolean {
    return this.protocol !== 'dubbo';
  }
  get proxy(): MeshProxy {
    if (this.running === undefined) throw new Error('the proxy was not started');
    return this.running;
  }
  /** Where the proxy listens, once it does. */
  get port(): number {
    const [listener] = this.proxy.listeners;
    return Number(listener?.address.split(':').at(-1));
  }

  /** A server that answers with its name, or as `answer` says. `protocol`: another one than the client's. */
  async backend(name = 'backend', answer?: Answering, protocol: StageProtocol = this.protocol): Promise<FeatureBackend> {
    const backend = await FeatureBackend.start(LANGUAGES[protocol], name, answer);
    this.backends.push(backend);
    return backend;
  }

  /** @throws ConfigurationError when the configuration cannot be run. */
  async start(configuration: StageConfiguration = {}, { logger = SILENT_LOGGER, folder }: StageOptions = {}): Promise<void> {
    const proxy = createProxy({ logger, ...(folder === undefined ? {} : { folder }) });
    await proxy.start(this.configuration(configuration));
    this.running = proxy;
  }

  /** Takes over another configuration while connections stay. */
  async reconfigure(configuration: StageConfiguration): Promise<void> {
    await this.proxy.reconfigure(this.configuration(configuration));
  }

  /** What `start` hands to the proxy. */
  configuration(configuration: StageConfiguration): object {
    return stageConfiguration(this.language.name, this.backends, configuration);
  }

  /** Calls the proxy over the connection that all such calls share, in HTTP/1 over as many as there are calls at once. */
  async call(call?: Call): Promise<Answer> {
    this.firstClient ??= this.client();
    return (await this.firstClient).call(call);
  }

  /** Another client, with connections of its own. */
  async client(options?: ClientOptions): Promise<Client> {
    const client = await this.language.dial(this.port, options);
    this.clients.push(client);
    return client;
  }

  /** What a client of this protocol sees of an outcome: not every protocol has a word for every one. */
  told(outcome: Outcome): Outcome {
    return this.language.told(outcome);
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.running?.stop(0);
    await Promise.all(this.backends.map((backend) => backend.stop()));
  }
}
