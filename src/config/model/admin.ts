import { parseNetworkAddress } from '../../base/schema/address.ts';
import { converted } from '../../base/schema/collections.ts';
import { defaulted, ignored, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { integer, text } from '../../base/schema/scalars.ts';

/** MOSN takes none for all addresses, which lets the whole network turn logs off. */
const LOOPBACK = '127.0.0.1';

const host = converted(text(), (written, report) => {
  if (written === '') {
    report.warn(`is empty: the admin API listens at ${LOOPBACK}, and not at all addresses as in MOSN`);
    return LOOPBACK;
  }
  const bracketed = written.includes(':') && !written.startsWith('[') ? `[${written}]` : written;
  const address = parseNetworkAddress(`${bracketed}:0`, false);
  if (!('wrong' in address)) return address.host;
  report.error(`must be an IP address or a host name: ${address.wrong}`);
  return undefined;
});

/** Where the admin API listens; undefined when it does not. */
export const admin = converted(
  object('Admin', 'The admin API: without this key there is none.', {
    address: required(
      object('Admin address', 'Where the admin API listens.', {
        socketAddress: required(
          object('Socket address', 'An address and a port.', {
            address: defaulted(host, LOOPBACK, 'The IP address. The default lets nobody in but the machine itself.'),
            port: required(integer(0, 65535), 'The port; 0 for any that is free.', { key: 'port_value' }),
          }),
          'The address and the port.',
        ),
      }),
      'Where it listens.',
    ),
    accessLogPath: ignored(text(), 'requests for the admin API are not logged', "A log of the API's own.", (path) => path === '/dev/null'),
  }),
  ({ address }) => ({ host: address.socketAddress.address, port: address.socketAddress.port }),
);
