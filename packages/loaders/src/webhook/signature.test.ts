import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../internal/from-base64.ts';
import { type Claim, claimOf, Signatures } from './signature.ts';
import { OTHER_SECRET, SECRET, sign } from './signed.fixture.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const keyOf = (secret: string) => fromBase64(secret.replace('whsec_', ''))!;

/** From the specification of Standard Webhooks: the example of "Webhook headers". */
const EXAMPLE = {
  'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
  'webhook-timestamp': '1674087231',
  'webhook-signature':
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};
/** Not of the specification, which has no example that can be verified: of the tests of its libraries. */
const OF_LIBRARIES = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

/** The claim of a message at its own time. */
function claim({ id, timestamp, signature }: Record<'id' | 'timestamp' | 'signature', string>) {
  const headers = new Headers({
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  });
  return claimOf(headers, Number(timestamp) * 1_000) as Claim;
}

describe('Standard Webhooks', () => {
  test('"Webhook headers": of a list of signatures the symmetric one counts, others are passed over', () => {
    const read = claimOf(new Headers(EXAMPLE), 1_674_087_231_000) as Claim;
    expect(read).toMatchObject({ id: EXAMPLE['webhook-id'], timestamp: '1674087231' });
    expect(read.signatures.map((each) => Buffer.from(each).toString('base64'))).toEqual([
      'K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    ]);
  });

  test('the vector of its libraries: what is signed is id.timestamp.payload, by HMAC-SHA256', async () => {
    const signatures = new Signatures([keyOf(OF_LIBRARIES.secret)]);
    const { body } = OF_LIBRARIES;
    expect(await signatures.verify(claim(OF_LIBRARIES), bytesOf(body))).toBe(true);
    expect(await signatures.verify(claim(OF_LIBRARIES), bytesOf('{"test":2432232314}'))).toBe(
      false,
    );
    expect(sign(OF_LIBRARIES)).toBe(OF_LIBRARIES.signature);
  });

  test('"Webhook headers": while a secret is replaced, either of both sides may have two', async () => {
    const message = { id: 'msg_1', timestamp: '1674087231', body: '{}' };
    const old = sign({ ...message, secret: OTHER_SECRET });
    const both = claim({ ...message, signature: `${old} ${sign(message)}` });
    const one = claim({ ...message, signature: old });
    const body = bytesOf('{}');
    expect(await new Signatures([keyOf(SECRET)]).verify(both, body)).toBe(true);
    expect(await new Signatures([keyOf(OTHER_SECRET)]).verify(both, body)).toBe(true);
    expect(await new Signatures([keyOf(SECRET), keyOf(OTHER_SECRET)]).verify(one, body)).toBe(true);
    expect(await new Signatures([keyOf(SECRET)]).verify(one, body)).toBe(false);
  });

  test('"Verifying signatures": the body is bytes, whatever they mean as text', async () => {
    const message = { id: 'msg_1', timestamp: '1674087231' };
    const signatures = new Signatures([keyOf(SECRET)]);
    const invalid = new Uint8Array([0xff, 0xfe]);
    const replaced = claim({ ...message, signature: sign({ ...message, body: '\ufffd\ufffd' }) });
    expect(await signatures.verify(replaced, invalid)).toBe(false);
    expect(await signatures.verify(replaced, bytesOf('\ufffd\ufffd'))).toBe(true);
  });
});
