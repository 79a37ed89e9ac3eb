import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const SERVFAIL = 2;
const NXDOMAIN = 3;

export interface Zone {
  readonly ttl: number;
  readonly a?: readonly string[];
  /** As 16 bytes in hexadecimal. */
  readonly aaaa?: readonly string[];
}

export type Zones = Record<string, Zone>;

/** A name server (RFC 1035 section 4.1) on this machine that knows these names, also when they change; 'broken.test' makes it fail. */
export async function startNameServer(zones: Readonly<Zones>): Promise<{ readonly address: string; readonly port: number; close(): void }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(answerTo(query, zones), from.port, from.address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return { address: `127.0.0.1:${port}`, port, close: () => socket.close() };
}

function answerTo(query: Buffer, zones: Readonly<Zones>): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join('.').toLowerCase();
  const type = query.readUInt16BE(at + 1);
  const zone = zones[name];
  const addresses =
    type === TYPE_A
      ? (zone?.a ?? []).map((ip) => Buffer.from(ip.split('.').map(Number)))
      : type === TYPE_AAAA
        ? (zone?.aaaa ?? []).map((hex) => Buffer.from(hex, 'hex'))
        : [];
  const records = addresses.map((address) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0); // the name of the question
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(zone?.ttl ?? 0, 6);
    record.writeUInt16BE(address.length, 10);
    return Buffer.concat([record, address]);
  });
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (name === 'broken.test' ? SERVFAIL : zone === undefined ? NXDOMAIN : 0), 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, query.subarray(12, at + 5), ...records]);
}
