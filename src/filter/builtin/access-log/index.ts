import type { LineSink } from '../../../base/log-file.ts';
import type { Filter } from '../../filter.ts';
import { lineFormat } from '../../format/line-format.ts';

/** MOSN's, for those who name none. */
export const DEFAULT_FORMAT =
  '%start_time% %trace_id%  %connection_id% %upstream_connection_id% %request_received_duration% %response_received_duration% %bytes_sent% ' +
  '%bytes_received% %protocol% %response_code% %duration% %response_flag% %response_code% %upstream_local_address% ' +
  '%downstream_local_address% %downstream_remote_address% %upstream_host%';

/** Writes one line for each exchange, when it is over. A format with a fault throws: `accessLogFault` tells beforehand. */
export function accessLog(format: string | undefined, sink: Pick<LineSink, 'write'>): Filter {
  const line = lineFormat(format || DEFAULT_FORMAT);
  if (typeof line === 'string') throw new Error(line);
  return {
    name: 'access_log',
    onComplete(exchange) {
      sink.write(`${line(exchange)}\n`);
    },
  };
}

/** What is wrong with a format; undefined when nothing is. */
export function accessLogFault(format: string): string | undefined {
  const line = lineFormat(format);
  return typeof line === 'string' ? line : undefined;
}
