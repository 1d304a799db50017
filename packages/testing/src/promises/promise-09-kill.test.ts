import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@holdfast/testing';
import { configServer } from '@holdfast/testing/config-server';
import { expect, test } from 'vitest';
import { runFixture, startFixture, tempFolder } from './process.fixture.ts';

interface Start {
  readonly from: string;
  readonly n: number;
  readonly whole: boolean;
}

/** What a killed process had said: what it started from, and the last document that was in force. */
function told(stdout: string): { start: Start; last: number } {
  const [first = '', ...lines] = stdout.split('\n').slice(0, -1);
  const last = Number(/\d+$/.exec(lines.at(-1) ?? '0')?.[0] ?? 0);
  return { start: JSON.parse(first) as Start, last };
}

test('D3 promise 9: killed in the middle of commits, the next process starts from what is on the disk, whole', async () => {
  await using folder = await tempFolder();
  const random = seededRandom(9);
  let before = { n: 0, last: 0 };
  let written = 0;
  for (let round = 0; round < 8; round++) {
    const from = round * 1_000_000 + 1;
    const running = startFixture('kills.fixture.ts', { args: [folder.path, `${from}`] });
    await running.printed(`in force ${from + 50}`);
    await pause(random() * 25);
    running.kill();
    const { signal, stdout, stderr } = await running.ended;
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    const { start, last } = told(stdout);
    expect(start).toMatchObject({ from: start.n === 0 ? 'defaults' : 'cache', whole: true });
    // old or new, and never older than what an earlier process had found
    expect(start.n).toBeGreaterThanOrEqual(before.n);
    expect(start.n).toBeLessThanOrEqual(before.last + 1);
    if (start.n > before.n) written += 1;
    before = { n: start.n, last };
  }
  expect(written).toBeGreaterThan(2); // the writes did take place
}, 60_000);

test('D3 promise 9: killed between the commit and its write, the next process starts from the document before', async () => {
  await using folder = await tempFolder();
  const first = await startFixture('kills.fixture.ts', { args: [folder.path, '1', '3'] }).ended;
  expect([first.signal, first.stderr]).toEqual(['SIGKILL', '']);
  const second = await startFixture('kills.fixture.ts', { args: [folder.path, '100', '1'] }).ended;
  const { start } = told(second.stdout);
  expect(start).toMatchObject({ from: 'cache', whole: true });
  expect([start.n, start.n < told(first.stdout).last + 1]).toEqual([expect.any(Number), true]);
  expect(start.n).toBeGreaterThanOrEqual(2);
}, 60_000);

test('promise 9: restarted while the server is dead, an application starts from the disk', async () => {
  await using folder = await tempFolder();
  await using server = await configServer({ documents: { '/app.json': { n: 1 } } });
  const start = async (path: string): Promise<string> => {
    const args = ['starts and tells from what', server.url(path), folder.path];
    const { code, stdout, stderr } = await runFixture('exits.fixture.ts', { args });
    expect([code, stderr]).toEqual([0, '']);
    return stdout.trim();
  };
  expect(await start('/app.json')).toBe('["origin",{"n":1}]');
  await server.fault('refuse');
  // confirmed within the interval: nobody is asked before ready() resolves
  expect(await start('/app.json')).toBe('["cache",{"n":1}]');
  await server.heal();
  server.set('/other.json', { n: 2 });
  expect(await start('/other.json')).toBe('["origin",{"n":2}]');
}, 60_000);
