/** Meshloom between a raw server and raw clients, for as long as a `describe` runs. */
import { after, before } from 'node:test';
import type { ProxySettings } from './configuration.ts';
import { Meshloom } from './meshloom.ts';
import { RawServer } from './raw-connection.ts';

export interface RawStage {
  readonly upstream: RawServer;
  readonly proxy: Meshloom;
}

/** To be called in a `describe`, and to be used in its tests and hooks. */
export function rawStage(settings: Omit<ProxySettings, 'listen' | 'admin' | 'hosts'> = {}): RawStage {
  let upstream: RawServer;
  let proxy: Meshloom;
  before(async () => {
    upstream = await RawServer.listen();
    proxy = await Meshloom.start({ ...settings, hosts: [upstream.address] });
  });
  after(async () => {
    await upstream.close();
    await proxy.stop();
  });
  return {
    get upstream() {
      return upstream;
    },
    get proxy() {
      return proxy;
    },
  };
}
