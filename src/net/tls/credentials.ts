import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { errorCode } from '../socket-fault.ts';
import { cryptography } from './cipher-suites.ts';
import type { TlsContext } from './tls-context.ts';

/** Certificates and keys as they are now. Never shown: no message has any of it. */
export interface Credentials {
  /** For node:tls. */
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
  /** Our own certificate, the first of the chain. */
  readonly certificate: X509Certificate | undefined;
  /** Those who are trusted; undefined: the public ones that Node.js brings along. */
  readonly authorities: readonly X509Certificate[] | undefined;
}

/** What certificates and keys are read from, and when it changes. */
export class CredentialSource {
  private readonly context: TlsContext;
  private readonly findFile: (path: string) => string;
  private watching: (() => void) | undefined;

  /** `findFile`: where a path of the configuration leads. */
  constructor(context: TlsContext, findFile: (path: string) => string) {
    this.context = context;
    this.findFile = findFile;
  }

  /** Everything anew, or one line that says what is wrong with which file. */
  read(): Credentials | string {
    const { certificate, privateKey, authorities, minVersion, maxVersion, cipherSuites, curves } = this.context;
    try {
      const options: SecureContextOptions = {
        ...cryptography(minVersion, maxVersion, cipherSuites, curves),
        ...(certificate === '' ? {} : { cert: this.pem('cert_chain', certificate) }),
        ...(privateKey === '' ? {} : { key: this.pem('private_key', privateKey) }),
        ...(authorities === '' ? {} : { ca: this.pem('ca_cert', authorities) }),
      };
      return {
        options,
        context: createSecureContext(options),
        certificate: options.cert === undefined ? undefined : certificatesIn('cert_chain', String(options.cert))[0],
        authorities: options.ca === undefined ? undefined : certificatesIn('ca_cert', String(options.ca)),
      };
    } catch (error) {
      return error instanceof Unreadable ? error.message : `its certificate and key cannot be used: ${reason(error)}`;
    }
  }

  /** Calls when a file has changed, until `unwatch`: asked after every so many milliseconds, which sees what links lead to as well. */
  watch(everyMs: number, changed: () => void): void {
    this.unwatch();
    this.watching = changed;
    for (const file of this.files()) watchFile(file, { persistent: false, interval: everyMs }, changed);
  }

  unwatch(): void {
    if (this.watching === undefined) return;
    for (const file of this.files()) unwatchFile(file, this.watching);
    this.watching = undefined;
  }

  private files(): readonly string[] {
    const { certificate, privateKey, authorities } = this.context;
    const paths = [certificate, privateKey, authorities].filter((written) => written !== '' && !isPem(written));
    return [...new Set(paths.map(this.findFile))];
  }

  private pem(key: string, written: string): string {
    if (isPem(written)) return written;
    const file = this.findFile(written);
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      // Whoever writes a key without its first line has written no path, and it must not come to a log.
      const what = key === 'private_key' ? 'its file' : `the file ${file}`;
      throw new Unreadable(`${key}: ${what} cannot be read (${errorCode(error)})`);
    }
  }
}

/** How often files are looked at. A certificate is renewed weeks before it ends; who renews one by hand need not wait long. */
export const LOOK_AT_FILES_MS = 2_000;

/** Its message is for the operator as it is. */
class Unreadable extends Error {}

function isPem(written: string): boolean {
  return written.includes('-----BEGIN');
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function certificatesIn(key: string, pem: string): readonly X509Certificate[] {
  const found = pem.match(CERTIFICATE) ?? [];
  if (found.length === 0) throw new Unreadable(`${key}: there is no certificate in it`);
  return found.map((each) => new X509Certificate(each));
}

/** OpenSSL's words: "key values mismatch". It never quotes a key. */
function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
