import { type Fault, type FaultCode, type FaultOrigin, fault } from '../base/fault.ts';

/** What an established connection died of. Whatever else the system says, the connection was ended by force. */
const CODES: Readonly<Record<string, FaultCode>> = {
  ETIMEDOUT: 'timeout',
};

/** An error of an established socket as a value. What the peer has done with what it was sent is not known here. */
export function socketFault(error: Error, origin: FaultOrigin): Fault {
  return fault(CODES[errorCode(error)] ?? 'reset', origin, 'maybe', error.message);
}

/** No connection could be made: nothing was sent. */
export function connectFault(error: Error, origin: FaultOrigin): Fault {
  return fault('connect-failed', origin, 'no', connectMessage(error));
}

/** Of a name with several addresses each attempt has an error of its own, and their sum has no message. */
function connectMessage(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((each) => String(each.message)).join(', ');
  return error.message;
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
