import type { FaultCode } from 'meshloom/protocol';

/** Why a message is not taken. A server answers with the status and closes; for a client it is a fault of the upstream. */
export interface Refusal {
  readonly status: number;
  readonly code: FaultCode;
  /** One line, for the log and for the text of the answer. */
  readonly detail: string;
}

const malformed = (detail: string): Refusal => ({ status: 400, code: 'malformed', detail });
const tooLarge = (status: number, detail: string): Refusal => ({ status, code: 'too-large', detail });
const unsupported = (status: number, detail: string): Refusal => ({ status, code: 'unsupported', detail });

/** RFC 9112 section 2.2: a lone CR or LF is what one recipient takes for a line end and another does not. */
export const BARE_CR = malformed('a CR that no LF follows');
export const BARE_LF = malformed('an LF that no CR precedes');
export const BAD_METHOD = malformed('the method is no token');
export const LONG_METHOD = unsupported(501, 'the method is longer than any known one');
export const BAD_TARGET = malformed('the request target is not valid');
export const BAD_VERSION = malformed('the request line does not end in an HTTP version');
export const OTHER_VERSION = unsupported(505, 'only HTTP/1.0 and HTTP/1.1 are spoken here');
export const BAD_STATUS_LINE = malformed('the status line is not valid');
export const LONG_REQUEST_LINE = tooLarge(414, 'the request line is longer than max_request_line_bytes');
export const LONG_HEAD = tooLarge(431, 'the head is longer than max_head_bytes');
export const MANY_FIELDS = tooLarge(431, 'the head has more fields than max_header_count');
export const LONG_TRAILERS = tooLarge(431, 'the trailer section is longer than max_trailer_bytes');
export const EMPTY_LINES = malformed('too many empty lines before a request');
/** RFC 9112 section 5.2: a line that begins with white space continues the one before for some recipients. */
export const OBS_FOLD = malformed('a field line begins with white space');
/** RFC 9112 section 5.1: a server must reject it, for others may take it for another name. */
export const SPACE_BEFORE_COLON = malformed('white space between a field name and its colon');
export const BAD_NAME = malformed('a field name is no token');
export const BAD_VALUE = malformed('a control character in a field value');
export const NO_HOST = malformed('an HTTP/1.1 request without Host');
export const TWO_HOSTS = malformed('more than one Host');
export const BAD_HOST = malformed('the Host is not valid');
export const BAD_LENGTH = malformed('the Content-Length is not a number');
export const TWO_LENGTHS = malformed('more than one Content-Length');
/** RFC 9112 section 6.1: one of the two is a lie, and recipients differ in which they believe. */
export const LENGTH_AND_CODING = malformed('both Content-Length and Transfer-Encoding');
export const OLD_CODING = malformed('Transfer-Encoding in an HTTP/1.0 message');
export const NOT_CHUNKED = malformed('the Transfer-Encoding is not one plain chunked');
export const CONTENT_IN_CONNECT = malformed('a CONNECT request with content');
/** RFC 9110 section 7.6.1: fields for all recipients must not be named there; obeying would take the framing away. */
export const NAMED_FRAMING = malformed('Connection names a field that frames or routes the message');
/** RFC 9110 section 15.2.2: to the bytes that follow neither side would have agreed. */
export const UNASKED_SWITCH = malformed('a 101 that nobody asked for');
/** RFC 6455 section 4.1. */
export const WRONG_ACCEPT = malformed('a sec-websocket-accept that does not fit the key');
export const OTHER_EXPECTATION = unsupported(417, 'the only expectation that can be met is 100-continue');
export const BODY_TOO_LARGE = tooLarge(413, 'the body is longer than max_body_bytes');
export const BAD_CHUNK_SIZE = malformed('a chunk size is not a number');
export const BIG_CHUNK_SIZE = malformed('a chunk size is larger than any number here');
export const BAD_CHUNK_EXTENSION = malformed('a chunk extension is not valid');
export const LONG_CHUNK_EXTENSIONS = tooLarge(413, 'chunk extensions are longer than max_chunk_extension_bytes');
export const BAD_CHUNK_END = malformed('chunk data is not followed by a line end');
