/** A duration as Go prints it, to the microsecond: `0s`, `85µs`, `1.25ms`, `2.5s`, `1m3.007s`, `1h0m0s`. */
export function durationText(ms: number): string {
  const micros = Math.round(ms * 1000);
  if (micros <= 0) return '0s';
  if (micros < 1000) return `${micros}µs`;
  if (micros < 1_000_000) return `${micros / 1000}ms`;
  if (micros < 60_000_000) return `${micros / 1_000_000}s`;
  const minutes = Math.floor(micros / 60_000_000);
  const seconds = (micros - minutes * 60_000_000) / 1_000_000;
  return minutes < 60 ? `${minutes}m${seconds}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}s`;
}

/** The last second that was printed: all lines of one second share the work. */
let printedSecond = Number.NaN;
let printed = '';

/** Local time to the millisecond, as MOSN prints it: `2006/01/02 15:04:05.000`. `wallClock` is in milliseconds since 1970. */
export function timeText(wallClock: number): string {
  const second = Math.floor(wallClock / 1000);
  if (second !== printedSecond) {
    printedSecond = second;
    const date = new Date(second * 1000);
    const day = `${String(date.getFullYear()).padStart(4, '0')}/${twoDigits(date.getMonth() + 1)}/${twoDigits(date.getDate())}`;
    printed = `${day} ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}.`;
  }
  const ms = Math.floor(wallClock) - second * 1000;
  return ms < 10 ? `${printed}00${ms}` : ms < 100 ? `${printed}0${ms}` : `${printed}${ms}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
