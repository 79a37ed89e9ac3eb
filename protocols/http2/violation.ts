/** What a peer did against the protocol: the code that it is told (RFC 9113 section 7), and one line for the log. */
export interface Violation {
  readonly errorCode: number;
  readonly detail: string;
}
