import { slot } from './slot.ts';

/**
 * Labels that a filter asks of the host that the request goes to, by name, besides those that its route asks for. For the phases before a
 * host is chosen. They are for clusters with `lb_subset_config`.
 */
export const HOST_LABELS = slot<Readonly<Record<string, string>>>();
