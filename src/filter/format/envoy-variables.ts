import { fieldReader } from '../../router/field.ts';
import type { Exchange } from '../filter.ts';
import { hostOf, portOf } from './address-parts.ts';

type Read = (exchange: Exchange) => string | undefined;

/** Those that MOSN has no name of its own for. The others are MOSN's names in capitals. */
const COMMANDS: Readonly<Record<string, Read>> = {
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: ({ downstream }) => downstream.remoteAddress,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: ({ downstream }) => hostOf(downstream.remoteAddress),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ({ downstream }) => hostOf(downstream.remoteAddress),
  DOWNSTREAM_REMOTE_PORT: ({ downstream }) => portOf(downstream.remoteAddress),
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: ({ downstream }) => hostOf(downstream.localAddress),
  DOWNSTREAM_LOCAL_PORT: ({ downstream }) => portOf(downstream.localAddress),
  UPSTREAM_REMOTE_ADDRESS: ({ host: upstream }) => upstream?.address,
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ({ host: upstream }) => upstream && hostOf(upstream.address),
  UPSTREAM_REMOTE_PORT: ({ host: upstream }) => upstream && portOf(upstream.address),
};

/** `REQ(NAME)`, `REQ(NAME?OTHER)`, `RESP(NAME):LENGTH`. */
const FIELD = /^(REQ|RESP)\(([^()?]+)(?:\?([^()?]+))?\)(?::(\d{1,9}))?$/;

/** A variable by Envoy's name for it, and whether a peer chose its value; undefined when there is none. */
export function envoyVariable(name: string): { readonly read: Read; readonly foreign: boolean } | undefined {
  if (Object.hasOwn(COMMANDS, name)) return { read: COMMANDS[name]!, foreign: false };
  const [, message, first, second, length] = FIELD.exec(name) ?? [];
  if (first === undefined) return undefined;
  const reader = message === 'REQ' ? requestReader : responseReader;
  const [read, other] = [reader(first), second === undefined ? undefined : reader(second)];
  const end = length === undefined ? undefined : Number(length);
  return { read: (exchange) => (read(exchange) ?? other?.(exchange))?.slice(0, end), foreign: true };
}

function requestReader(name: string): Read {
  const read = fieldReader(name);
  return ({ request }) => read(request);
}

function responseReader(name: string): Read {
  const field = name.toLowerCase();
  return ({ response }) => response?.fields.get(field);
}
