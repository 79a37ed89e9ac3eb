import { didYouMean } from '../../base/nearest.ts';
import { dashed, parseArguments } from './arguments.ts';
import type { Engine } from './engine.ts';
import { CONFIG, HELP, IGNORED, LOG_LEVEL, VERSION_FLAG } from './flags.ts';
import { helpText } from './help.ts';
import { LOG_LEVEL_WORDS, logLevelChoice } from './log-level.ts';
import { start, startSample } from './start.ts';
import type { Surroundings } from './surroundings.ts';

const COMMANDS = ['start', 'check', 'help', 'version'];

/** Runs the command that stands on the command line. */
export async function run(engine: Engine, surroundings: Surroundings): Promise<void> {
  const { words, output, errors } = surroundings;
  const refuse = (why: string): void => {
    errors.write(`meshloom: ${why}\n`);
    surroundings.exit(1);
  };
  const { command = 'start', values, faults } = parseArguments(words, [CONFIG, LOG_LEVEL, HELP, VERSION_FLAG, ...IGNORED]);
  if (words.length === 0 || command === 'help' || values.has('help')) {
    output.write(helpText(engine.version));
    surroundings.exit(0);
    return;
  }
  if (command === 'version' || values.has('version')) {
    output.write(`${engine.version}\n`);
    surroundings.exit(0);
    return;
  }
  if (!COMMANDS.includes(command)) {
    refuse(`unknown command ${JSON.stringify(command)}: ${didYouMean(command, COMMANDS) ?? 'try meshloom --help'}`);
    return;
  }
  const [fault] = faults;
  if (fault !== undefined) {
    refuse(fault);
    return;
  }
  const file = values.get('config');
  if (command === 'check') {
    if (file === undefined) refuse('check needs a file: meshloom check -c FILE');
    else await (await import('./check.ts')).check(file, engine, surroundings);
    return;
  }
  const level = values.get('log-level');
  const logLevel = level === undefined ? undefined : logLevelChoice(level);
  if (level !== undefined && logLevel === undefined) {
    refuse(`unknown log level ${JSON.stringify(level)}: ${didYouMean(level, LOG_LEVEL_WORDS) ?? `one of ${LOG_LEVEL_WORDS.join(', ')}`}`);
    return;
  }
  const ignored = IGNORED.filter(({ names: [name] }) => values.has(name)).map(({ names: [name] }) => dashed(name));
  if (ignored.length > 0) errors.write(`meshloom: warning: without effect: ${ignored.join(', ')}\n`);
  if (file === undefined) await startSample(logLevel, engine, surroundings);
  else await start(file, logLevel, engine, surroundings);
}
