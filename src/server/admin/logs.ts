import { LOG_LEVELS, type LogLevel } from '../../base/log.ts';
import { type AdminAnswer, type AdminRequest, errorAnswer, jsonAnswer, sortedByKey, textAnswer } from './message.ts';
import type { AdminSource } from './source.ts';

/** `GET /api/v1/get_loglevel`: the level of each error logger by its path. */
export function logLevels(_request: AdminRequest, source: AdminSource): AdminAnswer {
  const levels = Object.entries(source.logs.levels()).map(([path, level]) => [path, inMosn(level)]);
  return jsonAnswer(JSON.stringify(sortedByKey(Object.fromEntries(levels))));
}

/** `POST /api/v1/update_loglevel` with `{"log_path": PATH, "log_level": LEVEL}`. */
export function updateLogLevel({ body }: AdminRequest, source: AdminSource): AdminAnswer {
  const wanted = readLevelChange(body);
  if (wanted === undefined || !source.logs.setLevel(wanted.path, wanted.level)) return errorAnswer(400, 'update logger failed');
  source.report(`log level of ${wanted.path || 'the console'} is ${inMosn(wanted.level)} now`);
  return textAnswer('update logger success\n');
}

/** `POST /api/v1/enable_log` with the path of a log as the body. */
export function enableLog({ body }: AdminRequest, source: AdminSource): AdminAnswer {
  if (!source.logs.setEnabled(body, true)) return errorAnswer(400, 'enable logger failed');
  source.report(`log ${body} is enabled`);
  return textAnswer('enable logger success\n');
}

/** `POST /api/v1/disable_log` with the path of a log as the body. */
export function disableLog({ body }: AdminRequest, source: AdminSource): AdminAnswer {
  if (!source.logs.setEnabled(body, false)) return errorAnswer(400, 'disable logger failed');
  source.report(`log ${body} is disabled`);
  return textAnswer('disable logger success\n');
}

interface LevelChange {
  readonly path: string;
  readonly level: LogLevel;
}

/** Keys match without regard to case, as Go does; a path that is not there is '', the console. */
function readLevelChange(body: string): LevelChange | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map(Object.entries(value).map(([key, field]) => [key.toLowerCase(), field]));
  const path: unknown = fields.get('log_path') ?? '';
  const level = LOG_LEVELS.find((each) => inMosn(each) === fields.get('log_level'));
  return typeof path === 'string' && level !== undefined ? { path, level } : undefined;
}

function inMosn(level: LogLevel): string {
  return level.toUpperCase();
}
