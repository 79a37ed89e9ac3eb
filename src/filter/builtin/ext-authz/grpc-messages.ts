import type { Bytes } from '../../../base/bytes.ts';
import { bytesAt, MessageWriter, numberAt, readMessage, textAt } from '../../../base/protobuf.ts';
import type { Exchange } from '../../filter.ts';
import { hostOf } from '../../format/address-parts.ts';
import { type Decision, type Field, mayTravel } from './decision.ts';

/** `envoy.service.auth.v3.CheckRequest`; the numbers below are those of Envoy's definitions. */
export function checkRequest({ request, downstream, timing }: Exchange, extensions: ReadonlyMap<string, string>): Bytes {
  const { method, authority, scheme, protocol, path, fields } = request;
  const query = path.indexOf('?');
  const message = new MessageWriter().message(1, (attributes) => {
    attributes.message(1, (source) => peer(source, downstream.remoteAddress));
    attributes.message(2, (destination) => peer(destination, downstream.localAddress));
    attributes.message(4, (asked) => {
      asked.message(1, (time) =>
        time.number(1, Math.floor(timing.startedAt / 1000)).number(2, Math.round((timing.startedAt % 1000) * 1e6)),
      );
      asked.message(2, (http) => {
        http.text(2, method).map(3, joined(fields)).text(4, path).text(5, authority).text(6, scheme);
        http.text(7, query < 0 ? '' : path.slice(query + 1)).text(10, protocol);
      });
    });
    attributes.map(10, extensions);
  });
  return message.finish();
}

/** Several lines of one name are one entry of a map. */
function joined(fields: Iterable<Field>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of fields) {
    const before = map.get(name);
    map.set(name, before === undefined ? value : `${before},${value}`);
  }
  return map;
}

/** `AttributeContext.Peer`: an address of a socket, or the path of a pipe. */
function peer(writer: MessageWriter, address: string): void {
  const host = hostOf(address);
  writer.message(1, (place) => {
    if (address.includes('/') || host === '') place.message(2, (pipe) => pipe.text(1, address));
    else place.message(1, (socket) => socket.text(2, host).number(3, Number(address.slice(address.lastIndexOf(':') + 1))));
  });
}

const FORBIDDEN = 403;

/** `envoy.service.auth.v3.CheckResponse`. */
export function decisionOf(bytes: Bytes): Decision {
  const response = readMessage(bytes);
  if (response === undefined) return { is: 'error', why: 'the answer is no message' };
  const code = numberAt(inside(response, 1), 1);
  if (code === 0) {
    const allowed = inside(response, 3);
    const options = headerOptions(bytesAt(allowed, 2));
    return {
      is: 'allowed',
      set: options.filter(({ append }) => !append).map(({ field }) => field),
      append: options.filter(({ append }) => append).map(({ field }) => field),
      remove: bytesAt(allowed, 5).map((name) => name.toString().toLowerCase()),
      answer: headerOptions(bytesAt(allowed, 6)).map(({ field }) => field),
    };
  }
  const denied = inside(response, 2);
  const status = numberAt(inside(denied, 1), 1);
  return {
    is: 'denied',
    status: status >= 200 && status <= 599 ? status : FORBIDDEN,
    fields: headerOptions(bytesAt(denied, 2)).map(({ field }) => field),
    body: bytesAt(denied, 3).at(-1) ?? Buffer.alloc(0),
  };
}

function inside(fields: ReturnType<typeof readMessage>, field: number): NonNullable<ReturnType<typeof readMessage>> {
  const bytes = bytesAt(fields ?? [], field).at(-1);
  return (bytes === undefined ? undefined : readMessage(bytes)) ?? [];
}

/** `envoy.config.core.v3.HeaderValueOption`, of which only what may be a header counts. */
function headerOptions(options: readonly Bytes[]): readonly { readonly field: Field; readonly append: boolean }[] {
  return options.flatMap((bytes) => {
    const option = readMessage(bytes);
    const header = inside(option, 1);
    const name = textAt(header, 1).toLowerCase();
    const value = textAt(header, 2) || textAt(header, 3);
    if (option === undefined || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || !mayTravel(name) || /[\r\n\0]/.test(value)) return [];
    return [{ field: [name, value], append: numberAt(inside(option, 2), 1) === 1 }];
  });
}
