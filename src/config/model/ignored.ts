import { dictionary, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { ignored, optional } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { anything, boolean, integer, number, secretText, text } from '../../base/schema/scalars.ts';
import { typedEntry } from '../../base/schema/variants.ts';
import { switchedOn } from './switched-on.ts';

const metrics = object('Metrics', 'Statistics, and who gets them.', {
  sinks: optional(list(typedEntry('Metrics sink', 'Somebody who gets statistics.')), 'Who gets them.'),
  statsMatcher: optional(
    object('Statistics matcher', 'Which statistics are kept.', {
      rejectAll: optional(boolean(), 'None.'),
      exclusionLabels: optional(list(text()), 'None with these labels.'),
      exclusionKeys: optional(list(text()), 'None of these names.'),
    }),
    'Which are kept.',
  ),
  shmZone: optional(text(), 'A file of shared memory, which outlives a hot upgrade.'),
  shmSize: optional(anything(), 'Its size, such as "10MB".'),
  flushMosn: optional(boolean(), "Whether MOSN's own statistics are among them."),
  lazyFlush: optional(boolean(), 'Whether those that have not changed are left out.'),
  sample: optional(
    object('Sample', 'How histograms are sampled.', {
      type: optional(text(), 'The way.'),
      size: optional(integer(), 'How many values are kept.'),
      expDecayAlpha: optional(number(0, 1), 'How fast old values fade.'),
    }),
    'How histograms are sampled.',
  ),
  ewma: optional(
    object('Moving average', 'How fast averages follow.', {
      alpha: optional(number(0, 1), 'The weight of a new value.'),
      target: optional(number(0, 1), 'What is left of an old value after `duration`.'),
      duration: optional(duration(), 'A time.'),
    }),
    'How fast averages follow.',
  ),
  flushInterval: optional(duration(), 'A relic of older MOSN.'),
});

const tracing = object('Tracing', 'Follows requests from service to service.', {
  enable: optional(boolean(), 'Whether it is on.'),
  driver: optional(text(), 'Who gets the traces.'),
  tracer: optional(text(), 'A relic of older MOSN.'),
  config: optional(
    object('Tracing driver', 'Settings of the driver. Each has its own; these are the common ones.', {
      serviceName: optional(text(), 'The name of this service.'),
      reporter: optional(text(), 'How traces are sent.'),
      backendService: optional(text(), 'Where they are sent.'),
      authentication: optional(secretText(), 'A token for the backend.'),
    }),
    'Settings of the driver.',
  ),
});

const profiling = object('Profiling', "Go's profiler.", {
  debug: optional(boolean(), 'Whether it is on.'),
  portValue: optional(integer(0, 65535), 'Its port.'),
  endpoint: optional(text(), 'Its address.'),
});

const codec = object('Third-party codec', 'A protocol from a shared object of Go or a WebAssembly module.', {
  enable: optional(boolean(), 'Whether it is used.'),
  type: optional(text(), '`go-plugin` or `wasm`.'),
  path: optional(text(), 'The file.'),
  loaderFuncName: optional(text(), 'The function in it that makes the codec.'),
  config: optional(dictionary(anything()), 'Its settings.'),
});

const wasmPlugin = object('WebAssembly plugin', 'A module for filters.', {
  pluginName: optional(text(), 'Its name.'),
  vmConfig: optional(
    object('WebAssembly machine', 'What runs it.', {
      engine: optional(text(), 'The engine.'),
      path: optional(text(), 'The file.'),
      url: optional(text(), 'Where it is fetched from.'),
      md5: optional(text(), 'Its checksum.'),
      cpu: optional(integer(), 'What it may use.'),
      mem: optional(integer(), 'What it may use.'),
    }),
    'What runs it.',
  ),
  instanceNum: optional(integer(), 'How many instances there are.'),
});

const NO_XDS = 'there is no control plane client yet, what this file says is all there is';
const NO_HOT_UPGRADE = 'there is no hot upgrade';

/** Keys of the whole file that MOSN knows and Meshloom passes over. */
export const ignoredAtTheTop = {
  metrics: ignored(metrics, 'statistics are served by the admin API alone', 'Who gets statistics.'),
  tracing: ignored(tracing, 'there is no tracing yet', 'Who gets traces.', (value) => !switchedOn(value, 'enable')),
  pprof: ignored(
    profiling,
    'Node.js has its own: start with --inspect or --cpu-prof',
    'A profiler.',
    (value) => !switchedOn(value, 'debug'),
  ),
  dynamicResources: ignored(anything(), NO_XDS, "Envoy's dynamic resources: where the control plane is."),
  staticResources: ignored(anything(), NO_XDS, "Envoy's static resources: the cluster of the control plane."),
  node: ignored(anything(), NO_XDS, 'Who we are for the control plane.'),
  layeredRuntime: ignored(anything(), NO_XDS, "Envoy's runtime values."),
  disableUpgrade: ignored(boolean(), NO_HOT_UPGRADE, 'Whether hot upgrade is off.', (value) => value === true),
  closeGraceful: ignored(boolean(), NO_HOT_UPGRADE, 'A former name of `disable_upgrade`.', (value) => value === true),
  inheritOldMosnconfig: ignored(boolean(), NO_HOT_UPGRADE, 'Whether the old process hands over its configuration.'),
  udsDir: ignored(text(), NO_HOT_UPGRADE, 'Where the sockets for hot upgrade are.'),
  plugin: ignored(
    object('Plugin processes', 'Plugins that run as processes of their own.', { logBase: optional(text(), 'Where they log.') }),
    'there are no such plugins',
    'Plugins that run as processes of their own.',
  ),
  thirdPartCodec: ignored(
    object('Third-party codecs', 'Protocols from elsewhere.', { codecs: optional(list(codec), 'The codecs.') }),
    'shared objects of Go and WebAssembly modules cannot be loaded',
    'Protocols from elsewhere.',
  ),
  wasmGlobalPlugins: ignored(list(wasmPlugin), 'WebAssembly modules cannot be loaded', 'Modules for filters.'),
  extends: ignored(
    list(typedEntry('Extension', 'Settings of an extension.')),
    'there are no extensions of this kind yet',
    'Settings of extensions.',
  ),
  streamFilters: ignored(anything(), 'filters stand at their listeners', 'Filters by name, for MOSN inside Envoy.'),
};
