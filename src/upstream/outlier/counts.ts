import { EJECTION_REASONS, type EjectionReason } from './settings.ts';

/** What outlier detection has found in one cluster. */
export class OutlierCounts {
  readonly detected: Record<EjectionReason, number> = zeros();
  /** Of these, those that ejected the host. */
  readonly enforced: Record<EjectionReason, number> = zeros();
  enforcedTotal = 0;
  /** Hosts that were not ejected because too many are already. */
  overflow = 0;
}

function zeros(): Record<EjectionReason, number> {
  return Object.fromEntries(EJECTION_REASONS.map((reason) => [reason, 0])) as Record<EjectionReason, number>;
}
