/** One host of one cluster. */
export interface HostState {
  readonly cluster: string;
  readonly address: string;
  readonly hostname: string;
  readonly weight: number;
  /** Who found it unfit, in Envoy's words; none when it is healthy. */
  readonly healthFlags: readonly string[];
  readonly requestTotal: number;
  readonly requestActive: number;
  readonly responseSuccess: number;
  readonly responseFailed: number;
}
