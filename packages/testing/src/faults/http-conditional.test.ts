import { expect, test } from 'vitest';
import { LOADERS, overHttp } from './http.fixture.ts';
import { document, notModified, origin } from './origin.fixture.ts';

test.each(LOADERS)(
  'H1 304 with nothing cached is a failure, and the whole document is asked for (%s)',
  async (_, make) => {
    await using server = await origin(notModified('ETag: "1"'));
    await using app = overHttp(make, server.url);
    await app.fails({ says: [server.hostPort, '304 without a stored document'], status: 304 });
    expect(server.requests).toHaveLength(2); // once more at once
    server.play(document({ n: 1 }, 'ETag: "1"'));
    await app.heals({ n: 1 });
    expect(server.requests.slice(0, 3).some((head) => /if-none-match/i.test(head))).toBe(false);
  },
);
