import { converted, list, onlyOne } from '../../base/schema/collections.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { boolean, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { admin } from './admin.ts';
import { cluster } from './cluster.ts';
import { folderOf } from './folder.ts';
import { ignoredAtTheTop } from './ignored.ts';
import { server } from './server.ts';
import { tlsContextField } from './tls.ts';

/** All that a proxy is told, checked, with defaults filled in. Durations are in milliseconds. Nothing in it is ever changed. */
export type Configuration = Read<ReturnType<typeof configuration>>;

/** The whole file, for a proxy that has what the catalogue says. */
export function configuration(catalogue: Catalogue) {
  return object('Configuration', 'The whole file.', {
    server: required(onlyOne(server(catalogue)), 'The server. As in MOSN there is exactly one.', { key: 'servers' }),
    clusterManager: defaulted(clusterManager(catalogue), {}, 'The clusters.'),
    admin: optional(admin, 'The admin API. Absent: there is none.'),
    plugins: defaulted(
      list(text({ atLeast: 1 })),
      [],
      'Modules that bring protocols, stream filters, balancers and discoveries: paths from the folder of the configuration on, or names of packages. They are loaded before all else is read.',
    ),
    pid: optional(text({ atLeast: 1 }), 'A file that the number of the process is written to.'),
    ...ignoredAtTheTop,
  });
}

function clusterManager(catalogue: Catalogue) {
  const written = object('Cluster manager', 'The clusters, and what is common to them.', {
    clusters: defaulted(list(cluster(catalogue)), [], 'The clusters.'),
    clustersConfigs: folderOf('cluster', 'clusters'),
    tlsContext: tlsContextField(catalogue),
    clusterPoolEnable: ignored(
      boolean(),
      'each cluster has pools of its own anyway',
      'Whether connections are pooled by cluster.',
      (own) => own === true,
    ),
  });
  return converted(written, ({ clusters, tlsContext }, report) => ({
    clusters: clusters.map((cluster, index) => {
      if (!cluster.clusterManagerTls) return cluster;
      const secured = { ...cluster, tlsContext };
      report.at('clusters').at(index).mark(secured);
      return secured;
    }),
  }));
}
