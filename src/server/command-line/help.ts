import { dashed } from './arguments.ts';
import { CONFIG, type Flag, HELP, LOG_LEVEL, VERSION_FLAG } from './flags.ts';

const WIDTH = 24;

const flagLine = ({ names, value, help }: Flag): string => {
  const spelled = [...names].reverse().map(dashed).join(', ');
  return `  ${`${spelled}${value === undefined ? '' : ` ${value}`}`.padEnd(WIDTH)} ${help}`;
};

export function helpText(version: string): string {
  return `Meshloom ${version}, a service-mesh proxy that runs MOSN's configuration

Usage:
  meshloom start -c FILE [-l LEVEL]   run the proxy
  meshloom start                      run the HTTP sample, with a server of its own to answer
  meshloom check -c FILE              say everything that is wrong with a configuration, and what of it has no effect

Flags:
${[CONFIG, LOG_LEVEL, HELP, VERSION_FLAG].map(flagLine).join('\n')}
MOSN's other flags are taken, with a warning that they have no effect.

Signals:
  SIGTERM, SIGINT          stop accepting, finish requests within graceful_timeout (30s unless the file says otherwise),
                           exit 0; the second one exits at once with 128 and its number
  SIGHUP                   read the file again and go on with what it says; a file with errors changes nothing
  SIGUSR1                  open the log files again, after they were moved away

Exit status: 0 after a drain, 1 when the proxy cannot start or a configuration has errors.
`;
}
