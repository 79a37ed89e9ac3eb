/** The configuration: MOSN's v2 files, checked, as plain data. */

export type { Address, NetworkAddress, SocketPath } from '../base/schema/address.ts';
export type { Position, Problem } from '../base/schema/report.ts';
export type { Schema } from '../base/schema/schema.ts';
export type { Catalogue, ProtocolEntry, ProtocolOption } from './catalogue.ts';
export { type Document, type Format, readFile, readText } from './document/document.ts';
export { check, type Loaded, load, parse } from './load.ts';
export { mentionedStreamFilters } from './mentioned-filters.ts';
export { type MentionedProtocols, mentionedProtocols } from './mentioned-protocols.ts';
export type { Cluster, Host, Thresholds } from './model/cluster.ts';
export type { Configuration } from './model/configuration.ts';
export type { FilterChain, NetworkFilter } from './model/filter-chain.ts';
export type { FilterSettings } from './model/filter-settings.ts';
export type { HeaderAddition } from './model/headers.ts';
export type { AccessLog, Listener } from './model/listener.ts';
export type { SettingsOfProtocol } from './model/protocol-settings.ts';
export { RAW_PROTOCOL } from './model/protocols.ts';
export type { Proxy } from './model/proxy.ts';
export type { RetryPolicy } from './model/retry-policy.ts';
export type { DirectResponse, Redirect, Route, RouteAction, WeightedCluster } from './model/route.ts';
export type { RouteMatch, ValueMatch } from './model/route-match.ts';
export type { Router, VirtualHost } from './model/router.ts';
export type { LogLevel, Server } from './model/server.ts';
export type { StreamFilter } from './model/stream-filters.ts';
export type { AddressRange, PortRange, TcpProxy } from './model/tcp-proxy.ts';
export type { TlsContext } from './model/tls.ts';
export { formatProblem } from './problem.ts';
export { REDACTED, redact } from './redact.ts';
