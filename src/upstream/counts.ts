/** What one host or one whole cluster has been through. Plain numbers: counting must cost nothing; whoever shows them reads them. */
export class UpstreamCounts {
  connectionTotal = 0;
  connectionActive = 0;
  connectionClosed = 0;
  connectionFailed = 0;
  connectionTimeout = 0;
  requestTotal = 0;
  requestActive = 0;
  requestRetry = 0;
  requestRetryOverflow = 0;
  requestOverflow = 0;
  requestPendingOverflow = 0;
  requestTimeout = 0;
  requestLocalReset = 0;
  requestRemoteReset = 0;
  responseSuccess = 0;
  responseFailed = 0;
  /** How often a host fell ill, recovered, or announced its end. */
  healthChanges = 0;
  bytesSent = 0;
  bytesReceived = 0;
}

export type UpstreamCount = keyof UpstreamCounts;
