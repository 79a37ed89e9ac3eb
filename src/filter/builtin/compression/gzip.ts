import type { FilterKind } from '../../filter-kind.ts';
import { Policies } from '../../policies.ts';
import { slot } from '../../slot.ts';
import { CompressionFilter, type CompressionPolicy, compressionPolicy, type Work } from './compression-filter.ts';
import { type GzipSettings, gzipSettings } from './settings.ts';

const WORK = slot<Work>();

/** MOSN's `gzip`: compression of answers by that coding alone. */
const kind: FilterKind<GzipSettings> = {
  type: 'gzip',
  settings: gzipSettings,
  build(own) {
    const policies = new Policies(kind, own, policyOf);
    return new CompressionFilter(kind.type, WORK, (exchange) => policies.of(exchange));
  },
};
export default kind;

function policyOf({ gzipLevel, minBytes, contentTypes }: GzipSettings): CompressionPolicy {
  return compressionPolicy({
    algorithms: ['gzip'],
    gzipLevel,
    minBytes,
    contentTypes,
    brotliQuality: 0,
    decompressRequests: [],
    maxRequestBytes: 0,
    disabled: false,
  });
}
