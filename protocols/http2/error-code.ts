import type { Fault, FaultCode } from 'meshloom/protocol';

/** RFC 9113 section 7. */
export const NO_ERROR = 0x0;
export const PROTOCOL_ERROR = 0x1;
export const INTERNAL_ERROR = 0x2;
export const FLOW_CONTROL_ERROR = 0x3;
export const STREAM_CLOSED = 0x5;
export const FRAME_SIZE_ERROR = 0x6;
export const REFUSED_STREAM = 0x7;
export const CANCEL = 0x8;
export const COMPRESSION_ERROR = 0x9;
export const CONNECT_ERROR = 0xa;
export const ENHANCE_YOUR_CALM = 0xb;

const NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

export function errorName(code: number): string {
  return NAMES[code] ?? `error ${code}`;
}

/** What we call it when a peer has earned this code. */
export function faultCodeOf(errorCode: number): FaultCode {
  return errorCode === ENHANCE_YOUR_CALM ? 'too-large' : 'malformed';
}

/** The code of the RST_STREAM with which a server tells its client why a request was given up. */
export function serverResetCode(fault: Fault): number {
  // RFC 9113 section 8.7: the client may send it again, whatever it is. True only of what nobody has begun to work on.
  if (fault.processed === 'no') return REFUSED_STREAM;
  if (fault.origin === 'downstream') return fault.code === 'malformed' ? PROTOCOL_ERROR : CANCEL;
  return fault.code === 'cancelled' || fault.code === 'timeout' ? CANCEL : INTERNAL_ERROR;
}

/** The code of the RST_STREAM with which a client tells its server that it does not want the answer. */
export function clientResetCode(fault: Fault): number {
  if (fault.origin === 'upstream') return fault.code === 'malformed' ? PROTOCOL_ERROR : INTERNAL_ERROR;
  return CANCEL;
}

/** The code of the GOAWAY that ends a connection because its owner wants so. */
export function goAwayCode(fault: Fault): number {
  switch (fault.code) {
    case 'malformed':
    case 'unsupported':
      return PROTOCOL_ERROR;
    case 'too-large':
    case 'overflow':
      return ENHANCE_YOUR_CALM;
    default:
      return NO_ERROR;
  }
}
