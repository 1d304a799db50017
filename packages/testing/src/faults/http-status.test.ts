import { expect, test } from 'vitest';
import { crossed } from './cases.fixture.ts';
import { LOADERS, askedWith, byName, inForce, overHttp } from './http.fixture.ts';
import { answer, document, notModified, origin } from './origin.fixture.ts';
import type { Play } from './origin.fixture.ts';
import type { RightAnswer } from './right-answer.fixture.ts';

const EMPTY = 'Content-Length: 0\r\n\r\n';

/** Answers without a document in them. */
const documentless: [string, Play, RightAnswer & { readonly says: string }][] = [
  [
    '200 with an empty body',
    answer(200),
    { says: 'status 200, but the body is empty', failure: 'body', status: 200 },
  ],
  [
    '200 with no length and no body',
    (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'),
    { says: 'body is empty', failure: 'body' },
  ],
  ['203 with a document', answer(203, [], '{"n":2}'), { says: 'status 203', status: 203 }],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', { says: 'status 204', status: 204 }],
  ['205', `HTTP/1.1 205 Reset Content\r\n${EMPTY}`, { says: 'status 205', status: 205 }],
  [
    '206 with a part',
    answer(206, ['Content-Range: bytes 0-6/99'], '{"n":2}'),
    { says: 'status 206', status: 206 },
  ],
  ['201 with a document', answer(201, [], '{"n":2}'), { says: 'status 201', status: 201 }],
];

test.each(crossed(documentless, LOADERS))(
  'H9 %s is a failure, never {} (%s)',
  async (_, __, make, play, expected) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(play);
    const says = [server.hostPort, expected.says];
    for (let n = 0; n < 2; n++) await app.fails({ failure: 'status', ...expected, says });
    expect(server.requests).toHaveLength(3); // no second try
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

/** What other SDKs read as "nothing is configured". */
const nothings: [string, Play, RightAnswer & { readonly says: string }, 'fails' | 'refuses'][] = [
  ['an empty body', answer(200), { says: 'empty' }, 'fails'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', { says: 'status 204' }, 'fails'],
  ['blanks', answer(200, [], ' \n'), { says: 'JSON', code: 'DECODE_FAILED' }, 'refuses'],
  ['null', answer(200, [], 'null'), { says: 'null', code: 'SCHEMA_FAILED' }, 'refuses'],
  ['[]', answer(200, [], '[]'), { says: 'array', code: 'SCHEMA_FAILED' }, 'refuses'],
  ['""', answer(200, [], '""'), { says: 'string', code: 'SCHEMA_FAILED' }, 'refuses'],
  [
    '{}',
    answer(200, [], '{}'),
    { says: 'loses 20 of 20 keys', code: 'REMOVED_TOO_MUCH' },
    'refuses',
  ],
];
const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key${n}`, n]));

test.each(crossed(nothings, LOADERS))(
  'H10 an answer that says nothing (%s) is never read as an empty config (%s)',
  async (_, __, make, play, expected, judged) => {
    await using server = await origin(document(many, 'ETag: "1"'));
    await using app = overHttp(make, server.url);
    await app.holds(many);
    server.play(play);
    for (let n = 0; n < 2; n++) await app[judged](expected);
    server.play(notModified());
    await app.heals(many);
    expect(askedWith(server.lastRequest)).toBe('"1"'); // its validator survived, too
  },
);

test.each(crossed(nothings.slice(0, -1), LOADERS))(
  'H10 an answer that says nothing (%s) gives no value where there is none yet (%s)',
  async (_, __, make, play, expected, judged) => {
    await using server = await origin(play);
    await using app = overHttp(make, server.url);
    await app[judged](expected);
    expect(() => app.app.current).toThrow(expect.objectContaining({ code: 'NO_VALUE' }));
    server.play(document(many));
    await app.heals(many);
  },
);

/** As an origin may say it; the platform's `fetch` keeps it to itself. */
const wantsProxy: [string, RightAnswer][] = [
  ['httpLoader', { says: 'status 407', status: 407, because: 'slow' }],
  ['fetchLoader', { says: '' }],
];

const shut: [number, RightAnswer & { readonly says: string }][] = [
  [401, { says: 'status 401', because: 'slow' }],
  [403, { says: 'status 403', because: 'slow' }],
  [404, { says: 'there is no such document (status 404)', failure: 'absent', because: 'slow' }],
  [410, { says: 'there is no such document (status 410)', failure: 'absent', because: 'slow' }],
  [500, { says: 'status 500' }],
];

test.each(crossed(shut, LOADERS))(
  'H11 %i, however often, never ends polling, and heals without a restart (%s)',
  async (status, _, make, expected) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(answer(status, [], 'no'));
    for (let n = 0; n < 30; n++) await app.fails({ failure: 'status', status, ...expected });
    expect(server.requests).toHaveLength(31); // no second tries
    expect(app.app.status).toMatchObject({ state: 'fallback', version: 1 });
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.each(crossed(shut, LOADERS))(
  'H11 %i at the very first poll does not end polling either (%s)',
  async (status, _, make, expected) => {
    await using server = await origin(answer(status));
    await using app = overHttp(make, server.url);
    for (let n = 0; n < 3; n++) await app.fails({ failure: 'status', status, ...expected });
    expect(server.requests).toHaveLength(3);
    server.play(document({ n: 1 }));
    await app.heals({ n: 1 });
  },
);

/** Statuses by class: `slow` where somebody has to mend it. */
const statuses: [number | string, RightAnswer][] = [
  ...[
    400, 402, 405, 406, 408, 409, 411, 412, 413, 414, 416, 418, 423, 424, 425, 426, 428, 429, 431,
    499,
  ].map(plain),
  ...[500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 521, 522, 525, 529, 530, 599].map(plain),
  ...[600, 777, 999].map(plain),
  ...[421, 451].map((status): [number, RightAnswer] => [
    status,
    { says: `status ${status}`, status, because: 'slow' },
  ]),
  ['000', { says: '' }],
];

function plain(status: number): [number, RightAnswer] {
  return [status, { says: `status ${status}`, status, failure: 'status' }];
}

test.each(crossed(statuses, LOADERS))(
  'H16 status %s is a failure of its class, and heals (%s)',
  async (status, _, make, expected) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play(answer(status, ['Content-Type: text/html'], '<h1>no</h1>'));
    const error = await app.fails(expected);
    expect(error.message).toContain(server.hostPort);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
  },
);

test.each(wantsProxy)('H16 status 407 is a failure, and heals (%s)', async (loader, expected) => {
  await using server = await origin();
  await using app = await inForce(byName(loader), server.url);
  server.play(answer(407, ['Proxy-Authenticate: Basic']));
  const error = await app.fails(expected);
  expect(error.message).toContain(server.hostPort);
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});

test.each(LOADERS)('H17 103s before the answer are passed over (%s)', async (_, make) => {
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\nETag: "early"\r\n\r\n';
  await using server = await origin();
  await using app = await inForce(make, server.url);
  server.play((socket) => {
    socket.write(early + early);
    socket.write(document({ n: 2 }, 'ETag: "2"'));
  });
  await app.heals({ n: 2 });
  expect(server.lastRequest).toContain('"2"');
  server.play((socket) => socket.write(`${early}${notModified()}`));
  expect((await app.poll()).outcome).toEqual({ kind: 'unchanged' });
});

// RFC 9110 §15.2 lets us pass over a 100, but undici breaks the connection off
test.each(
  crossed(
    [
      ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
      ['101', 'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
    ],
    LOADERS,
  ),
)('H17 %s that nobody asked for is a failure (%s)', async (_, __, make, interim) => {
  await using server = await origin();
  await using app = await inForce(make, server.url);
  server.play(Buffer.concat([Buffer.from(interim), document({ n: 2 })]));
  const error = await app.fails({ says: '' });
  expect(error.message).toContain(server.hostPort);
  server.play(document({ n: 2 }));
  await app.heals({ n: 2 });
});

test.each(LOADERS)(
  'H17 nothing but 103s is left at the deadline, and its connection with it (%s)',
  async (_, make) => {
    await using server = await origin();
    await using app = await inForce(make, server.url);
    server.play((socket) => void socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)));
    const stuck = (): Promise<void> => server.until(() => server.requests.length > 1);
    await app.fails({ says: 'deadlineMs', failure: 'timeout' }, () => app.pollInVain(stuck));
    await server.until(() => server.open === 0);
    server.play(document({ n: 2 }));
    await app.heals({ n: 2 });
    expect(server.requests).toHaveLength(1 + 1 + 2);
  },
);
