import type { FilterKind } from '../../filter-kind.ts';
import { Policies } from '../../policies.ts';
import { slot } from '../../slot.ts';
import { CompressionFilter, compressionPolicy, type Work } from './compression-filter.ts';
import { type CompressionSettings, compressionSettings } from './settings.ts';

const WORK = slot<Work>();

/** Compression of answers and decompression of requests. */
const kind: FilterKind<CompressionSettings> = {
  type: 'compression',
  settings: compressionSettings,
  build(own) {
    const policies = new Policies(kind, own, compressionPolicy);
    return new CompressionFilter(kind.type, WORK, (exchange) => policies.of(exchange));
  },
};
export default kind;
