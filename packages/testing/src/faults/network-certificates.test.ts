import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpTlsOptions } from '@holdfast/loaders/http';
import { expect, test } from 'vitest';
import { type Authority, authority, type Certificate } from './certificates.fixture.ts';
import { inForce, overHttp, viaHttp } from './http.fixture.ts';
import { needs, programPath } from './needs.fixture.ts';
import { document, secureOrigin } from './origin.fixture.ts';

/** A server that wants certificates of `ca` from its clients. */
const strict = async (ca: Authority) =>
  secureOrigin({
    ...(await ca.issue()),
    ca: ca.cert,
    requestCert: true,
    rejectUnauthorized: true,
  });

/** Certificates in files, as a rotating agent writes them. */
async function files(ca: Authority, own: Certificate) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
  const path = (name: string): string => join(folder, `${name}.pem`);
  const write = async (authorityCert: string, { key, cert }: Certificate): Promise<void> => {
    await writeFile(path('ca'), authorityCert);
    await writeFile(path('key'), key);
    await writeFile(path('cert'), cert);
  };
  await write(ca.cert, own);
  const read = (name: string) => () => readFile(path(name), 'utf8');
  const tls: HttpTlsOptions = { ca: read('ca'), cert: read('cert'), key: read('key') };
  return {
    tls,
    write,
    remove: (name: string) => rm(path(name)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test.runIf(needs('openssl'))(
  'N12 an authority of the house and a client certificate are taken as they are',
  async () => {
    await using ca = await authority();
    const { key, cert } = await ca.issue();
    await using server = await strict(ca);
    await using app = await inForce(viaHttp({ tls: { ca: ca.cert, key, cert } }), server.url);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
    expect(server.connections).toBe(1);
  },
);

/**
 * A server whose refusal of a client is a part of the handshake: that of TLS 1.2. In TLS 1.3 the handshake is over for the
 * client by then, and all that undici tells of is a connection that was lost.
 */
async function outspoken(ca: Authority) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-server-'));
  const { key, cert } = await ca.issue();
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const own = ['-key', await file('key', key), '-cert', await file('cert', cert)];
  const clients = ['-CAfile', await file('ca', ca.cert), '-Verify', '1', '-verify_return_error'];
  const args = ['s_server', '-tls1_2', '-accept', '127.0.0.1:0', ...own, ...clients, '-www'];
  const child = spawn(programPath('openssl')!, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (/^ACCEPT .*:\d+/m.test(said)) break;
  }
  const port = /^ACCEPT .*:(\d+)/m.exec(said)![1];
  return {
    hostPort: `localhost:${port}`,
    url: `https://localhost:${port}/app.json`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

test.runIf(needs('openssl')).each(['none', 'of another authority'])(
  'N12 a client certificate that the server wants, and gets %s, is a failure of TLS',
  async (which) => {
    await using ca = await authority();
    await using other = await authority();
    await using server = await outspoken(ca);
    const own = which === 'none' ? undefined : await other.issue();
    await using app = overHttp(viaHttp({ tls: { ca: ca.cert, ...own } }), server.url);
    for (let n = 0; n < 2; n++)
      await app.fails({ says: [server.hostPort, 'ALERT'], failure: 'tls', because: 'slow' });
    expect(app.everything()).not.toContain(own?.key ?? '-----BEGIN');
  },
);

test.runIf(needs('openssl'))(
  'N12 a server that ends the connection of whom it does not trust, without a word, heals with the certificate',
  async () => {
    await using ca = await authority();
    await using other = await authority();
    await using server = await strict(ca);
    await using disk = await files(ca, await other.issue());
    await using app = overHttp(viaHttp({ tls: disk.tls }), server.url);
    for (let n = 0; n < 2; n++)
      await app.fails({ says: [server.hostPort, 'connection lost'], failure: 'connect' });
    expect(server.requests).toEqual([]);
    await disk.write(ca.cert, await ca.issue());
    await app.heals({ n: 1 });
  },
);

test.runIf(needs('openssl'))(
  'N12 files that are rotated count from the next poll on, without a restart',
  async () => {
    await using ca = await authority();
    await using next = await authority();
    await using server = await strict(ca);
    await using disk = await files(ca, await ca.issue());
    await using app = await inForce(viaHttp({ tls: disk.tls }), server.url);
    await app.poll();
    expect(server.connections).toBe(1); // the same files, the same connection
    await disk.write(next.cert, await next.issue());
    server.renew({ ...(await next.issue()), ca: next.cert, requestCert: true });
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
    expect(server.connections).toBe(2);
  },
);

test.runIf(needs('openssl'))(
  'N12 a server that is rotated before the files fails until they follow',
  async () => {
    await using ca = await authority();
    await using next = await authority();
    await using server = await strict(ca);
    await using disk = await files(ca, await ca.issue());
    await using app = await inForce(viaHttp({ tls: disk.tls }), server.url);
    server.renew({ ...(await next.issue()), ca: next.cert, requestCert: true });
    server.each((socket) => socket.destroy());
    for (let n = 0; n < 2; n++)
      await app.fails({ says: server.hostPort, failure: 'tls', because: 'slow' });
    expect(server.requests).toHaveLength(1);
    await disk.write(next.cert, await next.issue());
    await app.heals({ n: 1 });
  },
);

test.runIf(needs('openssl'))(
  'N12 a file that is gone or half-written is named, and the next poll reads it again',
  async () => {
    await using ca = await authority();
    await using server = await strict(ca);
    const own = await ca.issue();
    await using disk = await files(ca, own);
    await using app = await inForce(viaHttp({ tls: disk.tls }), server.url);
    await disk.remove('key');
    await app.fails({ says: ['conf: "tls.key" failed with Error ENOENT'], failure: 'tls' });
    await disk.write(ca.cert, { ...own, key: own.key.slice(0, 60) });
    await app.fails({ says: ['conf: its certificates cannot be used (ERR_'], failure: 'tls' });
    await disk.write(ca.cert, { ...own, cert: '' });
    await app.fails({
      says: '"tls.cert" gave a string of 0 characters, no text in PEM',
      failure: 'tls',
    });
    expect(server.requests).toHaveLength(1);
    await disk.write(ca.cert, own);
    await app.heals({ n: 1 });
  },
);
