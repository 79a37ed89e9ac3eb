import type { Fault } from '../base/fault.ts';
import type { ConnectionEnds } from '../net/socket-acceptor.ts';
import type { RequestHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ServerStream, StreamHandler } from '../protocol/stream.ts';
import type { Pool } from '../stream/pool.ts';
import type { Host } from '../upstream/host.ts';
import { type AskableClient, Callback } from './callback.ts';

/** A client as its bond knows it. */
export type BoundClient = AskableClient & ConnectionEnds;

/**
 * Upstream connections that belong to one downstream connection: for hosts that are told whose it is (`proxy_protocol`), and for services that call their callers back (`RequestHead.callsBack`):
 * what the upstream asks on such a connection is asked of that client and no other. They live as long as the client's connection.
 */
export class Bond {
  private readonly client: BoundClient;
  /** Routes may lead to one host in several protocols. */
  private readonly pools = new Map<Host, Map<Protocol, Pool>>();

  constructor(client: BoundClient) {
    this.client = client;
  }

  pool(host: Host, protocol: Protocol): Pool {
    let pools = this.pools.get(host);
    if (pools === undefined) {
      pools = new Map();
      this.pools.set(host, pools);
    }
    let pool = pools.get(protocol);
    if (pool === undefined) {
      pool = host.boundPool(protocol, { ends: this.client, takeRequest: (stream, head, end) => this.askBack(stream, head, end) });
      pools.set(protocol, pool);
    }
    return pool;
  }

  /** The client is gone. */
  release(why: Fault): void {
    for (const [host, pools] of this.pools) for (const pool of pools.values()) host.releasePool(pool, why);
    this.pools.clear();
  }

  private askBack(stream: ServerStream, head: RequestHead, end: boolean): StreamHandler {
    const callback = new Callback(stream);
    callback.ask(this.client, head, end);
    return callback;
  }
}

/** The bonds of one listener's clients. */
export class Bonds {
  private readonly byClient = new Map<BoundClient, Bond>();

  of(client: BoundClient): Bond {
    let bond = this.byClient.get(client);
    if (bond === undefined) {
      bond = new Bond(client);
      this.byClient.set(client, bond);
    }
    return bond;
  }

  /** The client is gone. */
  release(client: BoundClient, why: Fault): void {
    const bond = this.byClient.get(client);
    if (bond === undefined) return;
    this.byClient.delete(client);
    bond.release(why);
  }
}
