/** How long one fuzz test may run, in milliseconds: short in an ordinary test run, `MESHLOOM_FUZZ_MS` for a long one. */
const MILLISECONDS = Number(process.env['MESHLOOM_FUZZ_MS'] ?? 1500);

/** The first seed; each round takes the next one. A failure names its own. */
const FIRST_SEED = Number(process.env['MESHLOOM_FUZZ_SEED'] ?? 1);

/** Runs rounds with seeds in turn until the time is up, and says which one failed. */
export function fuzz(round: (seed: number) => void): void {
  const until = performance.now() + MILLISECONDS;
  for (let seed = FIRST_SEED; performance.now() < until; seed++) {
    try {
      round(seed);
    } catch (error) {
      throw new Error(`MESHLOOM_FUZZ_SEED=${seed}: ${error instanceof Error ? error.stack : error}`, { cause: error });
    }
  }
}
