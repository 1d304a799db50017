import type { Logger } from '@holdfast/core';
import { LoadError } from '@holdfast/core';
import { memoryCache } from '@holdfast/core/memory-cache';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { edited, everyMinute, poll, scene, sceneClock, settledScene } from './scene.fixture.ts';

/** A logger that keeps its lines, the noise of `debug` apart. */
function keeping() {
  const lines: string[] = [];
  const debug: string[] = [];
  const keep = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger: Logger = {
    debug: (message) => void debug.push(message),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
  return { lines, debug, logger };
}

test('O7 an outage of an hour is a line per change of state, and says what is served and when the next try is', async () => {
  const { lines, debug, logger } = keeping();
  const made = await settledScene({ manager: { logger }, config: { polling: everyMinute } });
  lines.length = 0;
  made.loader.fail(Infinity);
  await made.clock.advance(3_600_000);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^warn holdfast: config "app": .*stale/);
  expect(lines[1]).toMatch(/fallback/);
  expect(lines[0]).toMatch(
    /serving version 1 from the origin, confirmed \d+ s ago; next try in [\d.]+ s \(backoff\)/,
  );
  expect(debug.length).toBeGreaterThan(10);
  made.loader.heal();
  await made.clock.advance(600_000);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(/^info .*fresh/);
});

test('O7 an outage says its cause in a line that is not debug', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger } });
  lines.length = 0;
  made.loader.fail(Infinity, new LoadError('Cannot load mock: status 503'));
  await made.clock.advance(3_600_000);
  expect(lines.some((line) => line.includes('status 503'))).toBe(true);
});

test('O7 a document that is refused at every poll for an hour is told once', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger }, config: { polling: everyMinute } });
  lines.length = 0;
  made.loader.next([]);
  await made.clock.advance(3_600_000);
  const refusals = lines.filter((line) => line.includes('must be an object at the top'));
  expect(refusals.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(4);
  expect(refusals[0]).toMatch(/serving version 1/);
});

test('O7 an update that a participant vetoes for an hour is told once, and another veto once more', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger }, config: { polling: everyMinute } });
  let why = 'not now';
  const canApply = (): void => {
    throw new Error(why);
  };
  made.app.attach({ name: 'pool', canApply, apply() {} });
  const vetoes = (): number => lines.filter((line) => line.includes('was not applied')).length;
  made.loader.next(edited({ revision: 2 }));
  await made.clock.advance(1_800_000);
  expect(vetoes()).toBe(1);
  why = 'never';
  await made.clock.advance(1_800_000);
  expect(vetoes()).toBe(2);
});

test('O7 updates that wait for an hour, one after the other, are told of once', async () => {
  const { lines, logger } = keeping();
  const updates = { max: 1, windowMs: 3_600_000 };
  const config = { polling: everyMinute, updates };
  const made = await settledScene({ manager: { logger }, config });
  for (let revision = 2; revision < 50; revision++) {
    made.loader.next(edited({ revision }));
    await poll(made, 60_000);
  }
  expect(lines.filter((line) => line.includes('an update waits'))).toHaveLength(1);
});

test('good and bad documents by turns do not flood the log', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger }, config: { polling: everyMinute } });
  lines.length = 0;
  for (let n = 0; n < 10; n++) {
    made.loader.next([n]);
    await poll(made, 60_000);
  }
  expect(lines.length).toBeLessThanOrEqual(5);
});

test('each change is one line, with version and trigger', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger } });
  lines.length = 0;
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^info holdfast: config "app": .*version 2.*refresh/);
});

test('a start without network is told at once, and a quiet hour says nothing', async () => {
  const { lines, logger } = keeping();
  const made = scene({ manager: { logger } });
  made.loader.fail(1);
  await made.clock.advance(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^warn .*there is no value to serve/);
  await made.clock.advance(300_000);
  const { length } = lines;
  await made.clock.advance(3_600_000);
  expect(lines).toHaveLength(length);
});

test('a listener that throws is an error line', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger } });
  made.app.onChange(() => {
    throw new Error('boom');
  });
  made.loader.next(edited({ revision: 2 }));
  await poll(made);
  expect(lines.filter((line) => line.startsWith('error'))).toMatchObject([
    expect.stringContaining('boom'),
  ]);
});

test('O7 each outage is told from its beginning to its end, also the third within an hour', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger }, config: { polling: everyMinute } });
  for (let outage = 1; outage <= 3; outage++) {
    lines.length = 0;
    made.loader.fail(Infinity, new LoadError('Cannot load mock: status 503'));
    await made.clock.advance(900_000);
    made.loader.heal();
    await made.clock.advance(600_000);
    expect(lines).toEqual([
      expect.stringMatching(/^warn .*fresh -> stale: Cannot load mock: status 503; serving/),
      expect.stringMatching(/^warn .*stale -> fallback: Cannot load mock: status 503; serving/),
      expect.stringMatching(/^info .*fallback -> fresh; serving/),
    ]);
  }
});

test('a state that a refusal made says why', async () => {
  const { lines, logger } = keeping();
  const made = await settledScene({ manager: { logger }, config: { polling: everyMinute } });
  lines.length = 0;
  made.loader.next([]);
  await made.clock.advance(900_000);
  expect(lines).toEqual([
    expect.stringMatching(/fresh -> stale: .* must be an object at the top, but is an array/),
    expect.stringMatching(/stale -> fallback: .* must be an object at the top, but is an array/),
  ]);
});

test.each([
  [
    'lately',
    1_000,
    /^info .*starting -> stale; serving version 1 from the cache, .*first poll in [1-9][\d.]* s$/,
  ],
  [
    'long ago',
    7_200_000,
    /^info .*starting -> stale; serving version 1 from the cache, .*the first poll begins$/,
  ],
])('a restart with what the cache had confirmed %s is no trouble', async (_, downMs, line) => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const before = await settledScene({ manager: { clock, cache } });
  await before.manager.close();
  await clock.advance(downMs);
  const { lines, logger } = keeping();
  const made = scene({ manager: { clock, cache, logger } });
  await clock.advance(0);
  expect(lines[0]).toMatch(line);
  await clock.advance(600_000);
  expect(lines.filter((each) => each.startsWith('warn'))).toEqual([]);
  expect(made.app.status.state).toBe('fresh');
});

test('a cached document that the schema refuses is not blamed on its source, which is asked at once', async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const before = await settledScene({ manager: { clock, cache } });
  await before.manager.close();
  const { lines, logger } = keeping();
  const schema = z.object({ revision: z.string() });
  const made = scene({
    manager: { clock, cache, logger },
    config: { schema, defaults: { revision: 'none' } as never },
  });
  made.loader.hang();
  await clock.advance(1);
  expect(lines).toEqual([
    expect.stringMatching(
      /^warn .*: The cached document of mock, .*does not fit the schema: revision: .*; serving version 1 from the defaults; its source is asked at once$/,
    ),
  ]);
});

test("a cached document that cannot be read by today's limits is named as the cached one", async () => {
  const clock = sceneClock();
  const cache = memoryCache({ clock });
  const before = await settledScene({ manager: { clock, cache } });
  await before.manager.close();
  const { lines, logger } = keeping();
  const config = { limits: { maxKeys: 1 } };
  const made = scene({ manager: { clock, cache, logger }, config });
  made.loader.hang();
  await clock.advance(1);
  expect(lines[0]).toMatch(/^warn .*: The cached document of mock has too many keys/);
});

test('what a watch may bring sooner is told of, until all is well', async () => {
  const { lines, logger } = keeping();
  const made = scene({ manager: { logger }, loader: { watch: true } });
  made.loader.fail(1, new LoadError('Cannot load mock: there is none', { retry: 'slow' }));
  await made.clock.advance(1);
  expect(lines[0]).toMatch(
    /next try in [\d.]+ s \(slow: somebody has to mend it\), sooner when its watch tells of a change$/,
  );
  made.loader.heal();
  await poll(made);
  expect(lines.find((line) => line.includes('-> fresh'))).toMatch(/ s \(interval\)$/);
});
