/** Envoy's keys of `outlier_detection`, with its meanings. Times in milliseconds, shares in percent. */
export interface OutlierSettings {
  /** Answers in a row with a status from 500 on. */
  readonly consecutive5xx: number;
  /** Answers in a row with the status 502, 503 or 504. */
  readonly consecutiveGatewayFailure: number;
  /** Connections in a row that failed, and the like, where these are told apart. */
  readonly consecutiveLocalOriginFailure: number;
  /** Failures without an answer are judged by themselves, and not as if the host had answered 502, 503 or 504. */
  readonly splitExternalLocalOriginErrors: boolean;
  /** The time between two looks at how hosts compare, and at who may return. */
  readonly intervalMs: number;
  /** An ejection lasts as often that long as the host has been ejected. */
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  /** What is added to it at random, at most, so that hosts do not return all at once. */
  readonly maxEjectionJitterMs: number;
  /** Of all hosts. While less are ejected another one may be. */
  readonly maxEjectionPercent: number;
  readonly successRateMinimumHosts: number;
  /** Requests within an interval, below which a host is not judged. */
  readonly successRateRequestVolume: number;
  /** Thousandths of the standard deviation that a host's rate may lie below the mean. */
  readonly successRateStdevFactor: number;
  readonly failurePercentageThreshold: number;
  readonly failurePercentageMinimumHosts: number;
  readonly failurePercentageRequestVolume: number;
  /** How many of a hundred detections eject. */
  readonly enforcing: Readonly<Record<EjectionReason, number>>;
  /** An active health check that goes well ends an ejection. */
  readonly endedByHealthCheck: boolean;
}

/** Why a host was found to be an outlier. */
export type EjectionReason =
  | 'consecutive5xx'
  | 'consecutiveGatewayFailure'
  | 'consecutiveLocalOriginFailure'
  | 'successRate'
  | 'localOriginSuccessRate'
  | 'failurePercentage'
  | 'localOriginFailurePercentage';

export const EJECTION_REASONS: readonly EjectionReason[] = [
  'consecutive5xx',
  'consecutiveGatewayFailure',
  'consecutiveLocalOriginFailure',
  'successRate',
  'localOriginSuccessRate',
  'failurePercentage',
  'localOriginFailurePercentage',
];
