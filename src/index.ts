/** Meshloom as a library. Published as `meshloom`. */
export { type Logger, type LogLevel, SILENT_LOGGER } from './base/log.ts';
export type { AnswerHandler, Ask, Asked, OwnRequest } from './filter/ask.ts';
export type { MakeScript, Script, ScriptTools, ScriptVerdict } from './filter/builtin/script/script.ts';
export type { Exchange, Filter, ResponseFlag, Verdict } from './filter/filter.ts';
export { HOLD } from './filter/filter.ts';
export { type Slot, slot } from './filter/slot.ts';
export type { HealthCallback, HealthResult } from './server/cluster-surroundings.ts';
export { ConfigurationError } from './server/configuration-error.ts';
export { type CreateProxyOptions, createProxy } from './server/create-proxy.ts';
export type { MeshProxy } from './server/mesh-proxy.ts';
export { StartError } from './server/start-error.ts';
export { VERSION } from './server/version.ts';
