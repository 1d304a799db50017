import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from './needs.fixture.ts';

const run = promisify(execFile);

/** Key and certificate in PEM. They protect nothing. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** As in `subjectAltName`. @default {'DNS:localhost,IP:127.0.0.1'} */
  readonly names?: string;
  /** When it begins and ends, as openssl writes it. @default {from 2020 to 2099} */
  readonly from?: string;
  readonly to?: string;
}

/** A certificate authority of its own, in a throw-away folder. */
export interface Authority extends AsyncDisposable {
  /** What clients have to trust. */
  readonly cert: string;
  /** Signs a new certificate. */
  issue(options?: CertificateOptions): Promise<Certificate>;
}

const POLICY = `
[ca]
default_ca = own
[own]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

/** Makes an authority with openssl. */
export async function authority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-ca-'));
  const openssl = (...args: string[]) => run(programPath('openssl')!, args, { cwd: folder });
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  await writeFile(join(folder, 'ca.cnf'), POLICY);
  await writeFile(join(folder, 'index.txt'), '');
  await writeFile(join(folder, 'index.txt.attr'), 'unique_subject = no\n');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const own = ['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '999'];
  await openssl('req', '-x509', ...key, ...own);
  return {
    cert: await read('ca.pem'),
    async issue({
      names = 'DNS:localhost,IP:127.0.0.1',
      from = '20200101000000Z',
      to = '20990101000000Z',
    } = {}) {
      const wish = ['-subj', '/CN=test', '-addext', `subjectAltName=${names}`];
      await openssl('req', ...key, '-keyout', 'own.key', '-out', 'own.csr', ...wish);
      const by = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'];
      const of = ['-in', 'own.csr', '-out', 'own.pem', '-startdate', from, '-enddate', to];
      await openssl('ca', '-batch', '-notext', ...by, ...of);
      return { key: await read('own.key'), cert: await read('own.pem') };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
