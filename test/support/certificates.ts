/** Makes certificates with openssl, for the length of a test. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWishes {
  /** `/CN=name`, or the authority's own. */
  readonly subject?: string;
  /** `DNS:example.org,IP:127.0.0.1`. */
  readonly names?: string;
  /** `serverAuth`, `clientAuth`, both with a comma between. Default: both. */
  readonly purposes?: string;
  /** Days from now on; below 0: it is over already. Default: 1. */
  readonly days?: number;
}

/** An authority with its certificate in `file`. */
export class CertificateAuthority {
  readonly file: string;
  private readonly folder: string;
  private readonly name: string;
  private readonly subject: string;

  constructor(folder: string, name = 'ca', subject = `/CN=authority ${name}`) {
    this.folder = folder;
    this.name = name;
    this.subject = subject;
    this.file = join(folder, `${name}.pem`);
    const key = join(folder, `${name}.key`);
    openssl('req', '-x509', ...NEW_KEY, '-days', '1', '-subj', subject, '-keyout', key, '-out', this.file);
  }

  /** Writes `<name>.pem` and `<name>-key.pem`, in the place of what was there. */
  issue(name: string, wishes: CertificateWishes = {}): CertificateFiles {
    const path = (ending: string) => join(this.folder, `${name}${ending}`);
    const { subject = `/CN=${name}`, names = 'DNS:localhost,IP:127.0.0.1', purposes = 'serverAuth,clientAuth', days = 1 } = wishes;
    const extensions = path('.ext');
    writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=${purposes}\nbasicConstraints=CA:FALSE\n`);
    openssl('req', '-new', ...NEW_KEY, '-subj', subject, '-keyout', path('-key.pem'), '-out', path('.csr'));
    const authority = ['-CA', this.file, '-CAkey', join(this.folder, `${this.name}.key`), '-CAcreateserial'];
    openssl('x509', '-req', '-in', path('.csr'), ...authority, '-days', String(days), '-extfile', extensions, '-out', path('.pem'));
    return { certificate: path('.pem'), key: path('-key.pem') };
  }

  /** One that names itself and not its authority as far as names go: as Go's own tool and MOSN's samples make them. */
  issueNamesake(name: string, wishes: Omit<CertificateWishes, 'subject'> = {}): CertificateFiles {
    return this.issue(name, { ...wishes, subject: this.subject });
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
}
