import type { Filter } from './filter.ts';

type With<Phase extends keyof Filter> = readonly (Filter & Required<Pick<Filter, Phase>>)[];

function having<Phase extends keyof Filter>(filters: readonly Filter[], phase: Phase): With<Phase> {
  return filters.filter((filter): filter is Filter & Required<Pick<Filter, Phase>> => filter[phase] !== undefined);
}

/** Filters compiled to one array a phase: a filter without a phase costs nothing there. Immutable. */
export class FilterChain {
  readonly filters: readonly Filter[];
  readonly onRequest: With<'onRequest'>;
  readonly onRoute: With<'onRoute'>;
  readonly onUpstream: With<'onUpstream'>;
  readonly onRequestData: With<'onRequestData'>;
  /** Responses pass the filters in the opposite order, as in Envoy: the first to see the request is the last to see its answer. */
  readonly onResponse: With<'onResponse'>;
  readonly onResponseData: With<'onResponseData'>;
  readonly onComplete: With<'onComplete'>;

  constructor(filters: readonly Filter[]) {
    const backwards = [...filters].reverse();
    this.filters = filters;
    this.onRequest = having(filters, 'onRequest');
    this.onRoute = having(filters, 'onRoute');
    this.onUpstream = having(filters, 'onUpstream');
    this.onRequestData = having(filters, 'onRequestData');
    this.onResponse = having(backwards, 'onResponse');
    this.onResponseData = having(backwards, 'onResponseData');
    this.onComplete = having(filters, 'onComplete');
  }

  /** See `Filter.retire`. */
  retire(): void {
    for (const filter of this.filters) filter.retire?.();
  }
}
