/** Layer 2: all that a protocol plugin sees of Meshloom. Published as `meshloom/protocol`. */
export { type Bytes, EMPTY } from '../base/bytes.ts';
export { type Fault, type FaultCode, type FaultOrigin, fault } from '../base/fault.ts';
export { grpcMessage, messageOfGrpc } from '../base/grpc-message.ts';
export { bytesAt, type MessageField, MessageWriter, numberAt, readMessage, textAt } from '../base/protobuf.ts';
export type { ClientCodec, ClientHost, Codec, HandOver, ServerHost, Transport } from './codec.ts';
export { FieldList, type Fields } from './fields.ts';
export { FramedHead, type FrameFormat, type FrameKind, type WholeResponse } from './frame-format.ts';
export { frameProtocol } from './frame-protocol.ts';
export type { Outcome, RequestHead, ResponseHead } from './head.ts';
export type { HealthAnswer, HealthCheckKind, HealthQuestion } from './health-question.ts';
export { IDEMPOTENT_METHODS } from './idempotent-methods.ts';
export { LocalRequest, type LocalRequestParts } from './local-request.ts';
export { LocalResponse } from './local-response.ts';
export { Machine, type MachineEvent, NO_STEP, step, type Transitions } from './machine.ts';
export type { ProtocolOption, ProtocolSettings } from './options.ts';
export { outcomeOfStatus, STATUS_OF_OUTCOME } from './outcome.ts';
export type { Protocol, Sniff, TakeOver } from './protocol.ts';
export type { ClientStream, ResponseHandler, ServerStream, Stream, StreamHandler } from './stream.ts';
