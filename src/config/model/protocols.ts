import { didYouMean } from '../../base/nearest.ts';
import type { Report } from '../../base/schema/report.ts';
import type { Catalogue } from '../catalogue.ts';

type Settings = ReadonlyMap<string, unknown>;

/** The protocol that a `tcp_proxy` speaks: bytes as they are, each connection one stream. No first bytes are those of it. */
export const RAW_PROTOCOL = 'tcp';

/** MOSN's word for "the first bytes decide". */
const AUTO = 'auto';
/** MOSN's old word for "the protocol in `sub_protocol`". */
const EXTENSION = 'x';

/** The names in the catalogue of the protocols that a client may speak. */
export function downstreamProtocols(written: string, settings: Settings, catalogue: Catalogue, report: Report): readonly string[] {
  const at = report.at('downstream_protocol');
  const each = parts(written);
  if (each.length === 0) at.error('names no protocol');
  const names = each.flatMap((part) => {
    if (part.toLowerCase() === AUTO) return detectable(catalogue);
    return named(part, settings, catalogue, at) ?? [];
  });
  return [...new Set(names)];
}

/** The name in the catalogue of the protocol towards the cluster; undefined for that of the client. */
export function upstreamProtocol(
  written: string | undefined,
  settings: Settings,
  catalogue: Catalogue,
  report: Report,
): string | undefined {
  if (written === undefined || written.toLowerCase() === AUTO) return undefined;
  return named(written, settings, catalogue, report.at('upstream_protocol'));
}

/** The protocols that a text of either key names, as they are written; `auto` among them when any will do. */
export function protocolsNamed(written: string, subProtocol: string | undefined): readonly string[] {
  return parts(written).map((part) => {
    const lower = part.toLowerCase();
    if (lower === EXTENSION) return subProtocol ?? part;
    return lower === AUTO ? AUTO : part;
  });
}

/** The name in the catalogue for one that was written, without regard to case. */
export function inCatalogue(written: string, catalogue: Catalogue): string | undefined {
  if (catalogue.protocols.has(written)) return written;
  const lower = written.toLowerCase();
  for (const name of catalogue.protocols.keys()) if (name.toLowerCase() === lower) return name;
  return undefined;
}

function detectable(catalogue: Catalogue): readonly string[] {
  return [...catalogue.protocols.keys()].filter((name) => name !== RAW_PROTOCOL);
}

function parts(written: string): readonly string[] {
  return written
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function named(part: string, settings: Settings, catalogue: Catalogue, report: Report): string | undefined {
  let written = part;
  if (part.toLowerCase() === EXTENSION) {
    const subProtocol = settings.get('sub_protocol');
    if (typeof subProtocol !== 'string') {
      report.error('says that `extend_config.sub_protocol` names the protocol, but it does not', 'name the protocol here');
      return undefined;
    }
    written = subProtocol;
  }
  const name = inCatalogue(written, catalogue);
  if (name !== undefined) return name;
  const there = detectable(catalogue);
  const remedy = didYouMean(written, [...there, 'Auto']) ?? (there.length === 0 ? undefined : `there are: ${there.join(', ')}`);
  report.error(`names no protocol: there is none called ${JSON.stringify(written)}`, remedy);
  return undefined;
}
