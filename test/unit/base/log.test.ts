import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOG_LEVELS, type LogLevel, PinoLogger, parseLogLevel } from '../../../src/base/log.ts';

function logger(level: LogLevel): { log: PinoLogger; lines: string[] } {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), reopen: () => {}, close: () => {} };
  return { log: new PinoLogger(sink, level), lines };
}

test("MOSN's names of levels are understood in any case, and no others", () => {
  assert.deepEqual(['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'Info', 'debug'].map(parseLogLevel), [
    ...LOG_LEVELS,
    'info',
    'debug',
  ]);
  assert.deepEqual(['', 'WARNING', 'silent', 'toString'].map(parseLogLevel), [undefined, undefined, undefined, undefined]);
});

test('a message is one line of JSON that ends in a newline', () => {
  const { log, lines } = logger('info');
  log.info('line one\nline two', { listener: 'ingress', connections: 3 });
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^\{"level":"INFO","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","pid":\d+,[^\n]*\}\n$/);
  const { msg, listener, connections } = JSON.parse(lines[0]!);
  assert.deepEqual([msg, listener, connections], ['line one\nline two', 'ingress', 3]);
});

test('a message is not a format', () => {
  const { log, lines } = logger('info');
  log.info('100 %d %s %o');
  assert.equal(JSON.parse(lines[0]!).msg, '100 %d %s %o');
});

test('an error is written with its stack and its cause', () => {
  const { log, lines } = logger('info');
  log.error('no configuration', { error: new Error('not read', { cause: new Error('no such file') }) });
  const { error } = JSON.parse(lines[0]!);
  assert.match(error.stack, /not read.*log\.test.*no such file/s);
});

test('what is less urgent than the level is not written, and the level can be changed at any time', () => {
  for (const [at, level] of LOG_LEVELS.entries()) {
    const { log, lines } = logger('fatal');
    log.level = level;
    assert.equal(log.level, level);
    for (const each of LOG_LEVELS) log[each](each);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).msg),
      LOG_LEVELS.slice(0, at + 1),
    );
    assert.deepEqual(
      LOG_LEVELS.filter((each) => log.enabled(each)),
      LOG_LEVELS.slice(0, at + 1),
    );
  }
});

test('fields of a message that is not written are not looked at', () => {
  const { log } = logger('info');
  log.debug('asleep', {
    get expensive(): never {
      throw new Error('looked at');
    },
  });
});
