import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as pass } from 'node:timers/promises';
import { createConfigManager } from '@holdfast/core';
import { expect, test } from 'vitest';
import { childServer, standsStill } from './child-server.fixture.ts';
import { LOADERS } from './http.fixture.ts';
import { needs } from './needs.fixture.ts';
import { document, origin } from './origin.fixture.ts';
import { recordLines } from './lines.fixture.ts';
import { slowLink } from './slow-link.fixture.ts';

const KBITS = 64;
const DEADLINE_MS = 1_500;

/** What came of it, and how many milliseconds it took. */
async function timed<R>(work: Promise<R>): Promise<[R, number]> {
  const began = performance.now();
  return [await work, performance.now() - began];
}

test.runIf(needs('ip', 'tc', 'root')).each(LOADERS)(
  'N10 over a link of 64 kbit/s a document comes whole within the deadline, or the poll fails at it (%s)',
  async (_, make) => {
    await using link = await slowLink();
    await using server = await childServer(link);
    const { lines, logger } = recordLines();
    const manager = createConfigManager({ logger });
    const register = (name: string, bytes: number) => {
      const loader = make({ url: `${server.url}?fill=${bytes}`, headers: {} });
      const polling = { intervalMs: 60_000, deadlineMs: DEADLINE_MS };
      return manager.register<{ fill: string }>(name, { loader, polling });
    };
    const much = register('much', 40_000); // five seconds of that link
    expect((await much.refresh()).kind).toBe('accepted');
    const { current } = much;
    await link.slow(KBITS);

    const little = register('little', 4_000); // half a second
    const [first, littleMs] = await timed(little.refresh());
    expect([first.kind, little.current.fill.length]).toEqual(['accepted', 4_000]);
    expect(littleMs).toBeGreaterThan(200); // the link is slow indeed

    const [outcome, muchMs] = await timed(much.refresh());
    expect(outcome).toMatchObject({ kind: 'failed', error: { failure: 'timeout' } });
    expect(muchMs).toBeGreaterThan(DEADLINE_MS - 10);
    expect(muchMs).toBeLessThan(DEADLINE_MS + 1_000);
    expect(much.current).toBe(current);
    const { state, version, level, next } = much.status;
    expect([state, version, level, next!.because]).toEqual(['stale', 1, 1, 'backoff']);
    expect(next!.at - Date.now()).toBeGreaterThan(9_000);
    expect(next!.at - Date.now()).toBeLessThanOrEqual(120_000);
    const served = 'serving version 1 from the origin, confirmed';
    const whole = ['"much"', `${link.host}:${server.port}`, '(polling.deadlineMs)', served];
    expect(lines.some(({ text }) => whole.every((part) => text.includes(part)))).toBe(true);

    await link.heal();
    expect(await much.refresh()).toEqual({ kind: 'unchanged' });
    expect(much.status).toMatchObject({ state: 'fresh', lastFailure: undefined });
    expect(much.current).toBe(current);
    await manager.close();
  },
  20_000,
);

const INTERVAL_MS = 200;

test.runIf(needs('/proc'))(
  'N16 a process that stood still (SIGSTOP) makes one poll for all that it missed, and goes on',
  async () => {
    await using server = await origin();
    const at: number[] = [];
    server.play((socket) => {
      at.push(performance.now());
      socket.write(document({ n: at.length }));
    });
    const program = fileURLToPath(new URL('sleeper.fixture.ts', import.meta.url));
    const args = ['--import', 'tsx', program, server.url, String(INTERVAL_MS)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    try {
      await server.until(() => at.length >= 3);
      child.kill('SIGSTOP');
      await standsStill(child.pid!);
      const before = at.length;
      await pass(8 * INTERVAL_MS); // the time asleep is the fault
      expect(at.length - before).toBeLessThanOrEqual(1); // that one was under way
      const slept = at.length;
      const woken = performance.now();
      child.kill('SIGCONT');
      await server.until(() => at.length >= slept + 4);
      // the missed ones are not made up for: four polls take as long as always
      expect(at[slept]! - woken).toBeLessThan(10 * INTERVAL_MS);
      expect(at[slept + 3]! - woken).toBeGreaterThan(2 * INTERVAL_MS);
    } finally {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
  },
  20_000,
);
