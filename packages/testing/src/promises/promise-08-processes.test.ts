import { createServer } from 'node:net';
import { readdir } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { configServer } from '@holdfast/testing/config-server';
import { manualClock } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { runFixture, tempFolder } from './process.fixture.ts';
import { scene } from './scene.fixture.ts';

const run = (mode: string, url = '', directory = '') =>
  runFixture('exits.fixture.ts', { args: [mode, url, directory] });

/** Long beside what the programs wait for, short beside their intervals and those of keep-alive. */
const TIME = 30_000;

test.concurrent(
  'C5 promise 8: a process that read over HTTP with a file cache and forgot to close exits by itself, and prints nothing',
  async () => {
    await using folder = await tempFolder();
    await using server = await configServer({
      documents: { '/app.json': { n: 1 } },
      keepAliveTimeoutMs: 600_000,
    });
    const { code, stdout, stderr } = await run(
      'reads over HTTP',
      server.url('/app.json'),
      folder.path,
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(server.requests.length).toBeGreaterThan(0);
    expect(await readdir(folder.path)).toHaveLength(1); // a write under way is finished
  },
  TIME,
);

test.concurrent.each([
  'listens and watches',
  'registers and waits for nothing',
  'registers with a loader that hangs',
  'fails for a while',
])(
  'C5 promise 8: a process that %s exits by itself, and prints nothing',
  async (mode) => {
    const { code, stdout, stderr } = await run(mode);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  },
  TIME,
);

test.concurrent.each([
  ['awaits ready with a loader that hangs', 'READY_TIMEOUT'],
  ['awaits ready from origin', 'READY_TIMEOUT'],
  ['awaits refresh with a loader that hangs', '"failed"'],
])(
  'C5 promise 8: a process that %s does not die of an unsettled await',
  async (mode, said) => {
    const { code, stdout, stderr } = await run(mode);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${said}\n`, stderr: '' });
  },
  TIME,
);

test.concurrent(
  'C6 promise 8: a process that awaits ready() with a dead origin is told so in time',
  async () => {
    const { code, stdout, stderr } = await run(
      'awaits ready with a dead origin',
      `http://127.0.0.1:${await freePort()}/app.json`,
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'READY_TIMEOUT\n', stderr: '' });
  },
  TIME,
);

test.concurrent(
  'C5 promise 8: a process whose cache hangs is told by its deadline, and exits',
  async () => {
    const { code, stdout, stderr } = await run(
      'awaits ready from a cache that hangs',
      `http://127.0.0.1:${await freePort()}/app.json`,
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'READY_TIMEOUT\n', stderr: '' });
  },
  TIME,
);

test.concurrent(
  'C5 promise 8: a process that awaits close() with a poll under way is told when all is closed',
  async () => {
    await using folder = await tempFolder();
    const { code, stdout, stderr } = await run(
      'awaits close with a poll under way',
      '',
      folder.path,
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '"closed"\n', stderr: '' });
  },
  TIME,
);

test('C5 promise 8: no timer holds the process open but while somebody waits', async () => {
  const clock = manualClock();
  const { app, loader, manager } = scene({ manager: { clock } });
  loader.delay(5_000);
  await clock.advance(1);
  expect([clock.pendingKeepAlive, clock.pending]).toEqual([0, 1]);
  const ready = app.ready();
  expect(clock.pendingKeepAlive).toBe(1);
  await clock.advance(5_000);
  await ready;
  expect(clock.pendingKeepAlive).toBe(0);
  const refreshed = app.refresh();
  await clock.advance(1);
  expect(clock.pendingKeepAlive).toBe(1);
  await clock.advance(5_000);
  await refreshed;
  expect(clock.pendingKeepAlive).toBe(0);
  await manager.close();
  expect(clock.pending).toBe(0);
});

/** A port of loopback that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
