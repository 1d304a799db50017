import { describe, expect, test } from 'vitest';
import { DOCUMENT_KINDS, type KINDS, TELLING_KINDS } from './kinds.fixture.ts';
import { type PushServer, pushServer } from './push-server.fixture.ts';
import { type Scene, scene, TIMES } from './scene.fixture.ts';

/** Longest wait before a watch begins again after its first connection. */
const RESTART_MS = 2_100;

interface Watched extends AsyncDisposable {
  readonly made: Scene;
  readonly pushes: PushServer;
}

/** A config that is watched, and whose last poll is longer ago than the minimum interval. */
async function watched([kind, create]: (typeof KINDS)[number]): Promise<Watched> {
  const pushes = await pushServer(kind);
  const made = await scene((loader) => create(loader, { url: pushes.url }));
  await made.until(() => pushes.watching === 1);
  // the poll after the connection, and what has to lie between two polls
  await made.clock.advance(2 * TIMES.minIntervalMs);
  return {
    made,
    pushes,
    async [Symbol.asyncDispose]() {
      await made[Symbol.asyncDispose]();
      await pushes[Symbol.asyncDispose]();
    },
  };
}

const isDown = ({ record }: Scene): boolean => record.of('watch.changed').at(-1)?.state === 'down';

/** Cuts the stream within an event, edits twice behind its back, and passes time until it stands again. */
async function cutAndEdited({ made, pushes }: Watched): Promise<void> {
  const { length } = pushes.asked;
  pushes.cut();
  await made.until(() => isDown(made));
  pushes.index += 2;
  made.edit({ revision: 2 });
  made.edit({ revision: 3 });
  await made.clock.advance(RESTART_MS);
  await made.until(() => pushes.asked.length > length);
  await made.until(() => pushes.watching === 1);
}

describe.each(TELLING_KINDS)('%s', (...kind) => {
  test('a change that is told is in force at once where the minimum interval has passed', async () => {
    await using all = await watched(kind);
    const { made, pushes } = all;
    made.edit({ revision: 2 });
    pushes.tell();
    await made.until(() => made.app.current.revision === 2);
    expect(made.record.of('config.changed')).toHaveLength(2);
  });

  test('a stream that is cut within an event, edited behind its back and connected again gives exactly one commit with the last edit, within two seconds', async () => {
    await using all = await watched(kind);
    const { made } = all;
    await cutAndEdited(all);
    await made.within(2_000, () => made.app.current.revision === 3);
    await made.clock.advance(TIMES.intervalMs);
    const changes = made.record.of('config.changed');
    expect(changes.map(({ version }) => version)).toEqual([1, 2]);
    expect(made.app.current.revision).toBe(3);
  });

  test('where the last poll was a moment ago, the same within the rest of the minimum interval', async () => {
    await using all = await watched(kind);
    const { made } = all;
    await Promise.all([made.app.refresh(), made.clock.advance(0)]);
    const polledAt = made.clock.monotonic();
    await cutAndEdited(all);
    const left = TIMES.minIntervalMs - (made.clock.monotonic() - polledAt);
    await made.within(left + 100, () => made.app.current.revision === 3);
    await made.clock.advance(TIMES.intervalMs);
    expect(made.record.of('config.changed')).toHaveLength(2);
  });

  test('a stream that is dead for good: exactly one commit with the last edit, by the poll, within the interval', async () => {
    await using all = await watched(kind);
    const { made, pushes } = all;
    pushes.mode = 'refuse';
    pushes.cut();
    await made.until(() => isDown(made));
    made.edit({ revision: 2 });
    made.edit({ revision: 3 });
    // ten per cent of jitter
    await made.within(TIMES.intervalMs * 1.1, () => made.app.current.revision === 3);
    expect(made.record.of('config.changed')).toHaveLength(2);
  });

  test('S3 a server that ends each connection at once, and cleanly, is not asked in a loop', async () => {
    await using all = await watched(kind);
    const { made, pushes } = all;
    const before = pushes.asked.length;
    pushes.mode = 'end at once';
    pushes.end();
    for (let minute = 0; minute < 30; minute++) {
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await passMinute(all);
    }
    // half a minute on the average once the backoff is at its most; a long poll asks twice each time
    expect(pushes.asked.length - before).toBeGreaterThan(5);
    expect(pushes.asked.length - before).toBeLessThan(kind[0].startsWith('long-poll') ? 180 : 90);
    expect(made.polls()).toBeLessThan(30 * 6 + 10);
    expect(made.app.status.state).toBe('fresh');
  });
});

describe.each(DOCUMENT_KINDS)('%s that brings documents', (...kind) => {
  /** Cuts the stream, and lets it stand again. */
  async function cutAndBack({ made, pushes }: Watched, meanwhile?: () => Promise<void>) {
    pushes.cut();
    await made.until(() => isDown(made));
    const { length } = pushes.asked;
    await meanwhile?.();
    await made.clock.advance(RESTART_MS);
    await made.until(() => pushes.asked.length > length);
    await made.until(() => pushes.watching === 1);
  }

  test('a server that replays what was missed gives exactly one commit, with the last edit', async () => {
    await using all = await watched(kind);
    const { made, pushes } = all;
    made.edit({ revision: 4 });
    pushes.replay = [{ revision: 2 }, { revision: 3 }, { revision: 4 }];
    await cutAndBack(all);
    await made.within(TIMES.minIntervalMs, () => made.app.current.revision === 4);
    await made.clock.advance(2 * TIMES.intervalMs);
    expect(made.app.current.revision).toBe(4);
    expect(made.record.of('config.changed')).toHaveLength(2);
  });

  test('a replay takes back nothing that a poll found meanwhile', async () => {
    await using all = await watched(kind);
    const { made, pushes } = all;
    await cutAndBack(all, async () => {
      made.edit({ revision: 4 });
      await Promise.all([made.app.refresh(), made.clock.advance(0)]);
      expect(made.app.current.revision).toBe(4);
      pushes.replay = [{ revision: 3 }, { revision: 4 }];
    });
    await made.clock.advance(2 * TIMES.intervalMs);
    expect(made.app.current.revision).toBe(4);
    expect(made.record.of('config.changed')).toHaveLength(2);
  });

  test('where the document cannot be read, the newest one of a replay is in force', async () => {
    await using all = await watched(kind);
    const { made, pushes } = all;
    await cutAndBack(all, async () => {
      await made.server.fault('refuse');
      pushes.replay = [{ revision: 2 }, { revision: 3 }];
    });
    await made.within(TIMES.minIntervalMs, () => made.app.current.revision === 3);
    expect(made.record.of('config.changed')).toHaveLength(2);
  });

  test('what is pushed once the document was read is in force at once', async () => {
    await using all = await watched(kind);
    const { made, pushes } = all;
    await cutAndBack(all);
    await made.clock.advance(2 * TIMES.minIntervalMs);
    // nobody else has it: the poll that follows takes it back
    pushes.push({ revision: 2 });
    await made.until(() => made.record.of('config.changed').length > 1);
    expect(made.record.of('config.changed')[1]).toMatchObject({ changes: [{ after: 2 }] });
  });
});

/** A minute, in which sockets have their time each second. */
async function passMinute({ made, pushes }: Watched): Promise<void> {
  for (let second = 0; second < 60; second++) {
    const { length } = pushes.asked;
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await made.clock.advance(1_000);
    // oxlint-disable-next-line no-await-in-loop -- the connection that began ends
    if (pushes.asked.length > length) await made.until(() => pushes.watching === 0);
  }
}
