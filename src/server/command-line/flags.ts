/** A flag of a command. `-name` and `--name` are the same, as in Go, and so are `--name VALUE` and `--name=VALUE`. */
export interface Flag {
  /** The first is the name that others are called after. */
  readonly names: readonly [string, ...string[]];
  /** What the value is, for people; undefined for a flag that is there or is not. */
  readonly value?: string;
  readonly help: string;
}

export const HELP: Flag = { names: ['help', 'h'], help: 'print this text' };
export const VERSION_FLAG: Flag = { names: ['version', 'v'], help: 'print the version' };
export const CONFIG: Flag = { names: ['config', 'c'], value: 'FILE', help: 'configuration, JSON or YAML' };
export const LOG_LEVEL: Flag = {
  names: ['log-level', 'l'],
  value: 'LEVEL',
  help: "trace, debug, info, warning, error, critical or off, in place of the file's",
};

/** Flags that MOSN has and Meshloom takes without acting on them, so that what starts MOSN starts Meshloom. */
export const IGNORED: readonly Flag[] = [
  ignored(['service-cluster', 's']),
  ignored(['service-node', 'n']),
  ignored(['service-type', 'p']),
  ignored(['service-meta', 'sm']),
  // MOSN's own spelling.
  ignored(['service-lables', 'sl']),
  ignored(['cluster-domain', 'domain']),
  ignored(['feature-gates', 'f']),
  ignored(['pod-namespace', 'pns']),
  ignored(['pod-name', 'pn']),
  ignored(['pod-ip', 'pi']),
  ignored(['log-format', 'lf']),
  ignored(['component-log-level', 'lc']),
  ignored(['local-address-ip-version']),
  ignored(['restart-epoch']),
  ignored(['drain-time-s']),
  ignored(['parent-shutdown-time-s']),
  ignored(['max-obj-name-len']),
  ignored(['concurrency']),
  ignored(['log-format-prefix-with-location']),
  ignored(['bootstrap-version']),
  ignored(['drain-strategy']),
  { names: ['disable-hot-restart'], help: '' },
];

function ignored(names: Flag['names']): Flag {
  return { names, value: 'VALUE', help: '' };
}
