/**
 * A discovery: `file` reads the hosts of a cluster from a file with an address on each line, and looks for changes.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defaulted, duration, object, required, text } from 'meshloom/schema';

const settings = object('File discovery', 'Hosts from a file: `file`.', {
  path: required(text({ atLeast: 1 }), 'The file, from the folder of the configuration on.'),
  interval: defaulted(duration(), '1s', 'How often it is looked at.'),
});

/** @type {import('meshloom').DiscoveryKind<import('meshloom/schema').Read<typeof settings>>} */
const file = {
  type: 'file',
  settings,
  build({ path, interval }, { cluster, log, folder }) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    let stopped = false;
    return {
      start(onHosts) {
        const look = async () => {
          try {
            const lines = (await readFile(resolve(folder, path), 'utf8')).split('\n').map((line) => line.trim());
            const addresses = lines.filter((line) => line !== '' && !line.startsWith('#'));
            if (!stopped) onHosts(addresses.map((address) => ({ address })));
          } catch (error) {
            // What is known stays.
            log.warn(`cluster "${cluster}": hosts cannot be read`, { error });
          }
          if (!stopped) timer = setTimeout(look, interval).unref();
        };
        void look();
      },
      stop() {
        stopped = true;
        clearTimeout(timer);
      },
    };
  },
};

/** @type {import('meshloom').Plugin} */
export default { discoveries: [file] };
