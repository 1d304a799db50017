import type { TlsOptions } from 'node:tls';
import { Pool } from 'undici';
import { expect, test } from 'vitest';
import { type Authority, authority } from './certificates.fixture.ts';
import { LOADERS, inForce, overHttp, viaHttp } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { document, secureOrigin } from './origin.fixture.ts';

/** What is wrong, who makes it, and what the error says. */
const wrongs: [string, (ca: Authority, other: Authority) => Promise<TlsOptions>, string][] = [
  ['an expired certificate', (ca) => ca.issue({ to: '20210101000000Z' }), 'CERT_HAS_EXPIRED'],
  [
    'a certificate of the future',
    (ca) => ca.issue({ from: '20980101000000Z' }),
    'CERT_NOT_YET_VALID',
  ],
  [
    'the name of another host',
    (ca) => ca.issue({ names: 'DNS:other.test' }),
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  [
    'an authority that is not trusted',
    (_, other) => other.issue(),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  ['TLS 1.0 only', async (ca) => old(await ca.issue()), 'PROTOCOL_VERSION'],
];

const old = (certificate: TlsOptions): TlsOptions => ({
  ...certificate,
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1',
  ciphers: 'DEFAULT@SECLEVEL=0',
});

test.runIf(needs('openssl')).each(wrongs)(
  'N11 %s is refused, waited for slowly, and heals when it is mended',
  async (_, make, code) => {
    await using ca = await authority();
    await using other = await authority();
    const good = await ca.issue();
    await using server = await secureOrigin(good);
    const dispatcher = new Pool(new URL(server.url).origin, { connect: { ca: ca.cert } });
    {
      await using app = await inForce(viaHttp({ dispatcher }), server.url);
      server.renew(await make(ca, other));
      server.each((socket) => socket.destroy());
      for (let n = 0; n < 3; n++) {
        await app.fails({ says: [server.hostPort, code], failure: 'tls', because: 'slow' });
      }
      expect(server.requests).toHaveLength(1); // nothing was sent to whom we do not trust
      server.renew({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ...good });
      server.play(document({ n: 2 }));
      await app.heals({ n: 2 });
    }
    await dispatcher.close();
  },
);

test.runIf(needs('openssl')).each(LOADERS)(
  'N11 a certificate that nobody vouches for is refused without any option, and gets no request (%s)',
  async (_, make) => {
    await using ca = await authority();
    await using server = await secureOrigin(await ca.issue());
    await using app = overHttp(make, server.url);
    for (let n = 0; n < 2; n++) {
      await app.fails({ says: server.hostPort, failure: 'tls', because: 'slow' });
    }
    expect(server.requests).toEqual([]);
  },
);
