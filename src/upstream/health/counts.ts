/** What the checks of one cluster have come to. */
export class HealthCheckCounts {
  attempt = 0;
  success = 0;
  failure = 0;
  /** Of the failures: an answer came, which does not speak of health. */
  activeFailure = 0;
  /** Of the failures: no connection, no answer, or not in time. */
  networkFailure = 0;
}
