import { setTimeout as wait } from 'node:timers/promises';

/** Long enough for a loaded machine, short enough that a hanging test says which step hangs. In milliseconds. */
export const STEP_DEADLINE_MS = 10_000;

/** `promise`, or a rejection that names `what` when it takes longer than `milliseconds`. */
export async function within<T>(promise: Promise<T>, what: string, milliseconds: number = STEP_DEADLINE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again until `condition` holds. For state of another process, which cannot be awaited. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string | (() => string),
  milliseconds: number = STEP_DEADLINE_MS,
): Promise<void> {
  const end = performance.now() + milliseconds;
  for (;;) {
    if (await condition()) return;
    if (performance.now() > end) throw new Error(`${typeof what === 'string' ? what : what()}: not within ${milliseconds} ms`);
    await wait(2);
  }
}
