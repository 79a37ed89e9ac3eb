import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CurlAnswer {
  /** 0, or curl's own number of what went wrong. */
  readonly exitCode: number;
  /** Of the last response. */
  readonly status: number;
  /** Every head that came, 1xx and all, as it came. */
  readonly heads: string;
  readonly body: Buffer;
  readonly text: string;
  readonly stderr: string;
}

/** Runs the real curl: silent, never through a proxy of the environment's, and ended after 30 seconds. */
export function curl(...args: string[]): Promise<CurlAnswer> {
  const headFile = join(tmpdir(), `meshloom-curl-${randomUUID()}`);
  const all = ['--silent', '--show-error', '--max-time', '30', '--dump-header', headFile, ...args];
  const env = { ...process.env, no_proxy: '*', NO_PROXY: '*' };
  return new Promise((resolve, reject) => {
    execFile('curl', all, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024, env }, (error, body, stderr) => {
      if (error !== null && typeof error.code !== 'number') {
        reject(error);
        return;
      }
      let heads = '';
      try {
        heads = readFileSync(headFile, 'latin1');
      } catch (failure) {
        // curl makes the file only when a head has come.
        if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') throw failure;
      }
      rmSync(headFile, { force: true });
      const statuses = [...heads.matchAll(/^HTTP\/\S+ (\d{3})/gm)];
      const status = Number(statuses.at(-1)?.[1] ?? 0);
      resolve({ exitCode: Number(error?.code ?? 0), status, heads, body, text: body.toString('latin1'), stderr: stderr.toString() });
    });
  });
}
